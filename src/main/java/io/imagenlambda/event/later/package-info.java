/** What runs later: requests on their way to the queue. */
@NullMarked
package io.imagenlambda.event.later;

import org.jspecify.annotations.NullMarked;

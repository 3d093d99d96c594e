/** SQS, for what runs later. */
@NullMarked
package io.imagenlambda.queue;

import org.jspecify.annotations.NullMarked;

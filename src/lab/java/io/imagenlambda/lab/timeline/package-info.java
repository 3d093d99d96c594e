/** What happened in the lab, in the order in which it did. */
@NullMarked
package io.imagenlambda.lab.timeline;

import org.jspecify.annotations.NullMarked;

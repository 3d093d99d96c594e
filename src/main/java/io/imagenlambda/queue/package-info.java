/** SQS, as the place for what is to run later. */
@NullMarked
package io.imagenlambda.queue;

import org.jspecify.annotations.NullMarked;

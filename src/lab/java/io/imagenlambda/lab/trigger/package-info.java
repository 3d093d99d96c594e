/** The triggers: messages, objects and schedules become events, as in AWS. */
@NullMarked
package io.imagenlambda.lab.trigger;

import org.jspecify.annotations.NullMarked;

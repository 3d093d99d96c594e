/** What turns messages, objects and time into events, as AWS's own services do. */
@NullMarked
package io.imagenlambda.lab.trigger;

import org.jspecify.annotations.NullMarked;

/** AWS's event shapes: what each asks for, and the answer that its sender expects. */
@NullMarked
package io.imagenlambda.event;

import org.jspecify.annotations.NullMarked;

/** The Lambda Runtime API, and the processes that it drives. */
@NullMarked
package io.imagenlambda.lab.runtime;

import org.jspecify.annotations.NullMarked;

/** The Lambda Runtime API, and the processes that use it. */
@NullMarked
package io.imagenlambda.lab.runtime;

import org.jspecify.annotations.NullMarked;

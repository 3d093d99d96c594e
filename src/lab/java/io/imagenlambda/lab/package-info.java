/**
 * The lab: a small local AWS in one process, which runs the packaged function as Lambda does.
 *
 * <p>{@link io.imagenlambda.lab.Lab} is for tests, {@link io.imagenlambda.lab.LabMain} is the
 * program. The lab does not use classes of the function.
 */
@NullMarked
package io.imagenlambda.lab;

import org.jspecify.annotations.NullMarked;

/**
 * The lab: a small local AWS in one process, which drives the packaged function as Lambda does.
 *
 * <p>{@link io.imagenlambda.lab.Lab} is the door for tests, {@link io.imagenlambda.lab.LabMain} the
 * program. The function is a black box: nothing here knows its classes.
 */
@NullMarked
package io.imagenlambda.lab;

import org.jspecify.annotations.NullMarked;

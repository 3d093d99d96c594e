/** Changes to other people's classes in the executable. */
@NullMarked
package io.imagenlambda.nativeimage;

import org.jspecify.annotations.NullMarked;

/** The operator's settings; every package may read them. */
@NullMarked
package io.imagenlambda.settings;

import org.jspecify.annotations.NullMarked;

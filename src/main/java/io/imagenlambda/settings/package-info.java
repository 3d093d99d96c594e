/** What the operator decides; everything may read it. */
@NullMarked
package io.imagenlambda.settings;

import org.jspecify.annotations.NullMarked;

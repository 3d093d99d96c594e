/**
 * The Imagen predict API's wire: one call, its answer read while it arrives, its errors told apart.
 */
@NullMarked
package io.imagenlambda.predict;

import org.jspecify.annotations.NullMarked;

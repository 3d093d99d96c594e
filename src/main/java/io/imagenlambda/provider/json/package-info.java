/** JSON and base64 read in one pass while they arrive. Memory does not grow with their length. */
@NullMarked
package io.imagenlambda.provider.json;

import org.jspecify.annotations.NullMarked;

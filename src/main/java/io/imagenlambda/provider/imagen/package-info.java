/** The wire of Google's Imagen, {@code :predict}: the declarative client, the call, the answer. */
@NullMarked
package io.imagenlambda.provider.imagen;

import org.jspecify.annotations.NullMarked;

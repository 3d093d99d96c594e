/** Runs one request: claims it, calls the provider, stores the images and the result. */
@NullMarked
package io.imagenlambda.generation;

import org.jspecify.annotations.NullMarked;

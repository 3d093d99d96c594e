/** A serverless function that turns events into images. */
@NullMarked
package io.imagenlambda;

import org.jspecify.annotations.NullMarked;

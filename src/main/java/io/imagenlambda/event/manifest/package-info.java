/** Objects with requests: read piece by piece, run at once or put on the queue, and reported. */
@NullMarked
package io.imagenlambda.event.manifest;

import org.jspecify.annotations.NullMarked;

/** One exchange over HTTP with a deadline of its own, and its answer as a stream. */
@NullMarked
package io.imagenlambda.provider.net;

import org.jspecify.annotations.NullMarked;

/** Requests, results and the claim protocol: what is paid for, once. */
@NullMarked
package io.imagenlambda.generation;

import org.jspecify.annotations.NullMarked;

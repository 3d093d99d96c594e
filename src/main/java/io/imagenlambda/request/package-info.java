/**
 * The vocabulary that everything else speaks: what a request, its result and its failure are, and
 * how much time an invocation has.
 */
@NullMarked
package io.imagenlambda.request;

import org.jspecify.annotations.NullMarked;

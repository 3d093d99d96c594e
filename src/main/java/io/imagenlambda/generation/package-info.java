/**
 * One run of a request: who pays is asked, the provider is called, images and result are stored.
 */
@NullMarked
package io.imagenlambda.generation;

import org.jspecify.annotations.NullMarked;

/**
 * The wire of Gemini's image models, {@code :generateContent}: the declarative client, the call,
 * the answer.
 */
@NullMarked
package io.imagenlambda.provider.gemini;

import org.jspecify.annotations.NullMarked;

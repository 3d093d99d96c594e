/**
 * The image provider's APIs: requests, arriving images, and kinds of failures.
 *
 * <p>{@link io.imagenlambda.provider.Provider} is the entry point. It makes and repeats calls with
 * the key of {@code ApiKey}. {@code ProviderCall} makes one call: a {@code Wire} ({@code imagen})
 * writes the request and reads the answer, {@code net} has the connection and its deadline. Images
 * go through {@code ImageDelivery} into the caller's {@link io.imagenlambda.provider.ImageSink};
 * {@code ErrorAnswer} reads errors.
 */
@NullMarked
package io.imagenlambda.provider;

import org.jspecify.annotations.NullMarked;

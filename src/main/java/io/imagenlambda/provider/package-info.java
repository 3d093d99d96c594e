/**
 * The image provider's APIs: a request goes out, images come in while they arrive, failures are
 * told apart.
 *
 * <p>{@link io.imagenlambda.provider.Provider} is the door. It repeats what is worth repeating,
 * with the key of {@code ApiKey}. {@code ProviderCall} makes one call: its request and answer are a
 * {@code Wire}'s ({@code imagen}), the connection and its deadline are {@code net}'s. Images go
 * through {@code ImageDelivery} into the caller's {@link io.imagenlambda.provider.ImageSink};
 * {@code ErrorAnswer} reads what is not a success.
 */
@NullMarked
package io.imagenlambda.provider;

import org.jspecify.annotations.NullMarked;

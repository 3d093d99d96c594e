/**
 * The Imagen predict API's wire: one call, its answer read while it arrives, its errors told apart.
 *
 * <p>{@link io.imagenlambda.predict.Predictions} is the door. Behind it a call goes from {@code
 * PredictCall} (attempts, key, deadline) to {@code Upstream} (one exchange over {@code PredictApi},
 * ended by {@code Exchange}), and its answer comes back through {@code PredictionsReader} ({@code
 * JsonScanner}, {@code Base64Decoder}) into the caller's sink, or through {@code ErrorAnswer} as a
 * failure.
 */
@NullMarked
package io.imagenlambda.predict;

import org.jspecify.annotations.NullMarked;

package io.imagenlambda.predict;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the provider answered. No image and no reason is an answer, too.
 *
 * @param images how many whole images were handed to the sink
 * @param filteredReasons what the provider's filter said, at most 64 texts of at most 64 KiB; one
 *     may stand for several images, so their number says nothing
 * @param storedElsewhere {@code gs://} URIs of images that were stored rather than sent
 * @param providerRequestId what the provider calls this call
 * @param attempts how many calls were made, from 1
 * @param maybeCharged whether the last of them was or may have been charged; the others were not
 */
public record PredictAnswer(
    int images,
    List<String> filteredReasons,
    List<String> storedElsewhere,
    @Nullable String providerRequestId,
    int attempts,
    boolean maybeCharged) {
  public PredictAnswer {
    filteredReasons = List.copyOf(filteredReasons);
    storedElsewhere = List.copyOf(storedElsewhere);
  }
}

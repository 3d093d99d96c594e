package io.imagenlambda.request;

import java.util.Collection;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What the provider counted, if it reports that: summed over the calls that have it.
 *
 * @param promptTokens of the prompt and its images
 * @param outputTokens of what was made, without thoughts
 * @param imageTokens those of the output that are of images
 * @param thoughtTokens of the model's thinking
 * @param totalTokens as the provider sums it up
 * @param calls how many calls have it
 * @see <a href="https://ai.google.dev/api/generate-content#UsageMetadata">UsageMetadata</a>
 */
public record Usage(
    long promptTokens,
    long outputTokens,
    long imageTokens,
    long thoughtTokens,
    long totalTokens,
    int calls) {

  /** The sum; empty if there is nothing to sum up. */
  public static Optional<Usage> sum(Collection<Usage> all) {
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Usage(
                sum(all, Usage::promptTokens),
                sum(all, Usage::outputTokens),
                sum(all, Usage::imageTokens),
                sum(all, Usage::thoughtTokens),
                sum(all, Usage::totalTokens),
                all.stream().mapToInt(Usage::calls).sum()));
  }

  private static long sum(Collection<Usage> all, ToLongFunction<Usage> part) {
    return all.stream().mapToLong(part).sum();
  }
}

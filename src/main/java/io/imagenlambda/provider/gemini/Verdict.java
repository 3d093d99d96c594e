package io.imagenlambda.provider.gemini;

import io.imagenlambda.provider.ErrorBody;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an answer without an image says about why there is none.
 *
 * @see <a href="https://ai.google.dev/api/generate-content#FinishReason">FinishReason</a>
 */
final class Verdict {
  private static final int LONGEST_TEXT = 2000;

  private static final Set<String> FILTERED =
      Set.of(
          "SAFETY",
          "IMAGE_SAFETY",
          "PROHIBITED_CONTENT",
          "IMAGE_PROHIBITED_CONTENT",
          "BLOCKLIST",
          "SPII",
          "RECITATION",
          "IMAGE_RECITATION");

  /** The model has ended as it wanted to. */
  private static final Set<String> DECLINED = Set.of("STOP", "NO_IMAGE", "IMAGE_OTHER");

  private Verdict() {}

  /**
   * All that an answer says beside its images.
   *
   * @param text what the model wrote instead
   * @param lost whether tokens of an image were counted, and none came
   */
  record Said(
      @Nullable String finishReason,
      @Nullable String finishMessage,
      @Nullable String blockReason,
      @Nullable String blockMessage,
      String text,
      boolean lost) {}

  /** Whether an image that is marked as a thought may stand for the one that did not come. */
  static boolean allowsThought(Said said) {
    return said.blockReason == null
        && (said.finishReason == null || said.finishReason.equals("STOP"));
  }

  /** The filter's words; empty if it said nothing. */
  static List<String> filteredReasons(Said said) {
    if (said.blockReason != null) {
      return List.of(orElse(said.blockMessage, said.blockReason));
    }
    return said.finishReason != null && FILTERED.contains(said.finishReason)
        ? List.of(orElse(said.finishMessage, said.finishReason))
        : List.of();
  }

  /** Why there is no image; null if the filter said it. */
  static @Nullable Failure failure(Said said) {
    if (!filteredReasons(said).isEmpty()) {
      return null;
    }
    String reason = Objects.requireNonNullElse(said.finishReason, "");
    if (!reason.isEmpty() && !DECLINED.contains(reason)) {
      return Failure.of(
          Outcome.UNKNOWN,
          ErrorBody.isCode(reason) ? reason.toLowerCase(Locale.ROOT) : "broken_off",
          "the model broke off without an image: " + shortened(orElse(said.finishMessage, reason)));
    }
    if (said.lost) {
      return Failure.of(
          Outcome.UNKNOWN, "image_lost", "the model counts an image, and the answer has none");
    }
    String words = orElse(said.finishMessage, said.text.strip());
    return Failure.of(
        Outcome.REJECTED,
        "no_image",
        words.isEmpty()
            ? "the model sent no image and no reason"
            : "the model sent no image: " + shortened(words));
  }

  private static String shortened(String text) {
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text;
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null || text.isBlank() ? otherwise : text;
  }
}

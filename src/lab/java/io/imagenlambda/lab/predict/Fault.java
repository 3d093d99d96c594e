package io.imagenlambda.lab.predict;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One way in which an answer of the predict API differs from a plain successful one.
 *
 * <p>A test passes faults to {@link PredictSimulator#nextCall}. A user writes them into the prompt:
 * {@code [fault:429]}, {@code [fault:filtered=2]}, {@code [fault:503x2]} for the first two calls
 * with that prompt.
 */
public sealed interface Fault {
  /** An error instead of images; see {@link ErrorAnswers} for their names. */
  record ErrorAnswer(int status, String contentType, String body, @Nullable String retryAfter)
      implements Fault {}

  /** So many of the requested images are missing, and one entry reports all of them. */
  record Filtered(int missing) implements Fault {}

  /** No image, only the reason of the filter. */
  record AllFiltered() implements Fault {}

  /** The connection ends in the middle of the image, counted from 1. */
  record Cut(int image) implements Fault {}

  /** The body stops in the middle of the image, counted from 1, and the connection stays open. */
  record Stall(int image) implements Fault {}

  /** The connection ends right after the image, counted from 1, and its entry. */
  record CutAfter(int image) implements Fault {}

  /** The body stops right after the image, counted from 1, and its entry. */
  record StallAfter(int image) implements Fault {}

  /** The connection ends before the first byte of an answer. */
  record Drop() implements Fault {}

  /** The first byte comes late. */
  record Slow(Duration delay) implements Fault {}

  /** The body comes in pieces of 1 KB with this pause between them. */
  record Trickle(Duration pause) implements Fault {}

  /** Says {@code image/jpeg} for PNG bytes. */
  record WrongType() implements Fault {}

  /** The bytes are text, whatever the type says. */
  record NotAnImage() implements Fault {}

  /** So many images, the first ones, end at half of their bytes, in base64 that is whole. */
  record HalfImages(int count) implements Fault {}

  /** Images are stored elsewhere: {@code gcsUri} instead of bytes. */
  record Gcs() implements Fault {}

  /**
   * A 200 without an image or a reason. The value is the body, or "bytes" for an empty string
   * instead of an image, or "list" for an empty list of predictions or candidates.
   */
  record Empty(String form) implements Fault {}

  /** Safety attributes for each image, and an entry with nothing else. */
  record Safety() implements Fault {}

  /** Each image comes with the rewritten prompt that was used. */
  record Rewritten() implements Fault {}

  /** Text that is not JSON follows the images. */
  record Malformed() implements Fault {}

  /** An error object stands beside the images. */
  record ErrorBeside() implements Fault {}

  /** Base64 with JSON escapes for {@code /} and {@code =}, as some encoders write it. */
  record Escaped() implements Fault {}

  /** So many images, the first ones, have the beginning of a data URI before their base64. */
  record DataUris(int count) implements Fault {}

  /** Chunked instead of with a Content-Length. */
  record Chunked() implements Fault {}

  // Of :generateContent only:

  /** So many images that are thoughts come before the image. */
  record Thoughts(int count) implements Fault {}

  /** The thoughts are all that comes. */
  record OnlyThoughts() implements Fault {}

  /** So many images that are no thoughts come before the image. */
  record Drafts(int count) implements Fault {}

  /** The answer ends with that {@code finishReason}, and without an image. */
  record Finish(String reason) implements Fault {}

  /** The answer ends with that {@code finishReason}, and the image is there all the same. */
  record FinishAfter(String reason) implements Fault {}

  /** The model writes a text instead of an image. */
  record Declined() implements Fault {}

  /** The tokens of an image are counted, and there is none. */
  record Lost() implements Fault {}

  /** The prompt is blocked for that reason. */
  record Blocked(String reason) implements Fault {}

  /**
   * Parses a fault as it is written in a prompt, without the brackets.
   *
   * @throws IllegalArgumentException naming the fault that is not known
   */
  static Fault parse(String name, @Nullable String value) {
    return switch (name) {
      case "filtered" -> new Filtered(number(value, 1));
      case "all-filtered" -> new AllFiltered();
      case "cut" -> new Cut(number(value, 1));
      case "stall" -> new Stall(number(value, 1));
      case "cut-after" -> new CutAfter(number(value, 1));
      case "stall-after" -> new StallAfter(number(value, 1));
      case "drop" -> new Drop();
      case "slow" -> new Slow(Duration.ofMillis(number(value, 2000)));
      case "trickle" -> new Trickle(Duration.ofMillis(number(value, 100)));
      case "wrong-type" -> new WrongType();
      case "not-an-image" -> new NotAnImage();
      case "half-image" -> new HalfImages(number(value, 1));
      case "gcs" -> new Gcs();
      case "empty" -> new Empty(value == null ? "{}" : value);
      case "safety" -> new Safety();
      case "rewritten" -> new Rewritten();
      case "malformed" -> new Malformed();
      case "error-beside" -> new ErrorBeside();
      case "escaped" -> new Escaped();
      case "data-uri" -> new DataUris(number(value, 1));
      case "chunked" -> new Chunked();
      case "thoughts" -> new Thoughts(number(value, 2));
      case "only-thoughts" -> new OnlyThoughts();
      case "drafts" -> new Drafts(number(value, 2));
      case "finish" -> new Finish(value == null ? "OTHER" : value);
      case "finish-after" -> new FinishAfter(value == null ? "OTHER" : value);
      case "declined" -> new Declined();
      case "lost" -> new Lost();
      case "block" -> new Blocked(value == null ? "OTHER" : value);
      default -> ErrorAnswers.named(name, value);
    };
  }

  private static int number(@Nullable String value, int byDefault) {
    return value == null ? byDefault : Integer.parseInt(value);
  }
}

package io.imagenlambda.event.http;

import io.imagenlambda.request.FieldPath;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.InvalidRequest.Fault;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.ImageStore;
import io.imagenlambda.storage.StorageFailure;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Images in an answer, for clients that cannot fetch them. Lambda's answers have 6 MB at most, and
 * 1 MB for a load balancer.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html">Lambda's
 *     quotas</a>
 */
@Singleton
final class AnswerBytes {
  private static final Logger LOG = Logger.getLogger(AnswerBytes.class);
  private static final String HEADER = "x-imagen-response";

  /** A 1K image has 2 MB at most, as a rule. */
  private static final int MOST_IMAGES = 2;

  /** In base64 they have a third more; the rest is for what stands around them. */
  private static final long MOST_BYTES = 4_600_000;

  private static final List<String> SMALL = List.of("512", "1K");

  private final ImageStore store;
  private final boolean byDefault;

  AnswerBytes(ImageStore store, Settings settings) {
    this.store = store;
    this.byDefault = settings.routeBytes();
  }

  /**
   * Whether a call is to be answered with the images themselves.
   *
   * @param inBody whether its body says so
   * @throws InvalidRequest if its header says neither {@code bytes} nor {@code urls}
   */
  boolean areAskedFor(HttpRequest call, boolean inBody) {
    return switch (call.header(HEADER).map(String::strip).orElse("")) {
      case "bytes" -> true;
      case "urls" -> false;
      case "" -> inBody || byDefault;
      default -> throw new InvalidRequest("the header X-Imagen-Response must be bytes or urls");
    };
  }

  /**
   * Refuses a request before it is paid for, if its images would not fit.
   *
   * @throws InvalidRequest naming what does not fit
   */
  static void requireFit(GenerationRequest request, HttpRequest call) {
    if (call.isThroughLoadBalancer()) {
      throw new InvalidRequest(
          "an answer through a load balancer has 1 MB at most: ask for URLs, not for bytes");
    }
    List<Fault> faults = new ArrayList<>();
    if (request.sampleCount() > MOST_IMAGES) {
      faults.add(
          Fault.at(
              FieldPath.of("parameters", "sampleCount"),
              "is %d, but an answer has bytes of %d images at most: ask for fewer, or for URLs"
                  .formatted(request.sampleCount(), MOST_IMAGES)));
    }
    String size =
        Optional.ofNullable(request.parameters().get("imageSize"))
            .map(given -> given.asText())
            .orElse("1K");
    if (!SMALL.contains(size)) {
      faults.add(
          Fault.at(
              FieldPath.of("parameters", "imageSize"),
              "is %s, but an answer has bytes of images of 1K at most: ask for URLs"
                  .formatted(size)));
    }
    if (!faults.isEmpty()) {
      throw new InvalidRequest(faults);
    }
  }

  /** The images of a result; empty if they do not fit after all, or cannot be read. */
  List<byte[]> of(GenerationResult result) {
    if (result.images().stream().mapToLong(Image::bytes).sum() > MOST_BYTES) {
      LOG.infof("%s is answered with URLs: its images are too large for an answer", result.id());
      return List.of();
    }
    List<byte[]> contents = new ArrayList<>();
    try {
      for (Image image : result.images()) {
        store.content(image.s3Uri()).ifPresent(contents::add);
      }
    } catch (StorageFailure failure) {
      LOG.errorf(failure, "%s is answered with URLs: its images cannot be read", result.id());
      return List.of();
    }
    return contents.size() == result.images().size() ? contents : List.of();
  }
}

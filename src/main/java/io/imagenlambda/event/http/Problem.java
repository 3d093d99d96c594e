package io.imagenlambda.event.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.InvalidRequest.Fault;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as HTTP callers get it.
 *
 * @param title the status in words
 * @param detail what went wrong, and what is allowed
 * @param id the request's, which finds it again
 * @param errors every fault of an invalid request
 * @param images those of a request that were stored, though it has no result
 * @param result the stored result, if the request has ended without all its images
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RegisterForReflection
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String id,
    List<InvalidPart> errors,
    List<Image> images,
    @Nullable GenerationResult result) {

  private static final String STORAGE = "the storage is not available: ask again later";
  private static final Duration STORAGE_BACK = Duration.ofSeconds(5);

  /** What a URI has in its fragment as it is (RFC 3986, 3.5). */
  private static final String IN_FRAGMENTS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?";

  /**
   * One fault.
   *
   * @param pointer where in the request, as a JSON Pointer in a URI fragment
   */
  public record InvalidPart(String detail, String pointer) {}

  static HttpResponse response(int status, String detail) {
    return response(status, detail, Map.of());
  }

  static HttpResponse response(int status, String detail, Map<String, String> headers) {
    return problem(status, detail, null, List.of(), List.of(), null, headers);
  }

  /** What became of a request. */
  static HttpResponse about(String id, int status, String detail, Map<String, String> headers) {
    return problem(status, detail, id, List.of(), List.of(), null, headers);
  }

  /** The request must be sent again, not before {@code after}. */
  static HttpResponse retryLater(String id, int status, String detail, Duration after) {
    return about(id, status, detail, retryAfter(after));
  }

  /** Rounded up: a caller that is early is refused again. */
  private static Map<String, String> retryAfter(Duration after) {
    return Map.of("retry-after", Long.toString(Math.max(1, after.plusMillis(999).toSeconds())));
  }

  /** The same where it is not known which request that is. */
  static HttpResponse retryLater(int status, String detail, Duration after) {
    return response(status, detail, retryAfter(after));
  }

  /** A request that is refused before anything is paid for. */
  public static HttpResponse refused(InvalidRequest invalid) {
    return switch (invalid.kind()) {
      case FAULTY -> invalid(invalid.faults());
      case CONFLICT -> response(409, invalid.detail());
      case TOO_LONG -> response(413, invalid.detail());
    };
  }

  /** S3 or the queue does not answer. */
  static HttpResponse withoutStorage() {
    return retryLater(503, STORAGE, STORAGE_BACK);
  }

  /** The same where it is known which request that is, so that it can be sent again as the same. */
  static HttpResponse withoutStorage(String id) {
    return retryLater(id, 503, STORAGE, STORAGE_BACK);
  }

  private static HttpResponse invalid(List<Fault> faults) {
    List<InvalidPart> errors =
        faults.stream()
            .map(fault -> new InvalidPart(fault.detail(), fragment(fault.pointer())))
            .toList();
    String detail =
        faults.size() == 1
            ? faults.getFirst().detail()
            : "the request has %d faults".formatted(faults.size());
    return problem(400, detail, null, errors, List.of(), null, Map.of());
  }

  /** A JSON Pointer as a URI fragment (RFC 6901, 6). */
  private static String fragment(String pointer) {
    StringBuilder fragment = new StringBuilder("#");
    for (byte each : pointer.getBytes(UTF_8)) {
      if (IN_FRAGMENTS.indexOf(each) >= 0) {
        fragment.append((char) each);
      } else {
        fragment.append("%").append(HexFormat.of().withUpperCase().toHexDigits(each));
      }
    }
    return fragment.toString();
  }

  static HttpResponse ended(int status, String detail, GenerationResult result) {
    return problem(status, detail, result.id(), List.of(), List.of(), result, Map.of());
  }

  static HttpResponse notFound(String id, Inbox.NotFound notFound) {
    return problem(404, notFound.detail(), id, List.of(), notFound.images(), null, Map.of());
  }

  static HttpResponse dead(String id, Inbox.Dead dead) {
    return problem(
        410,
        "the request %s was given up at %s: %s".formatted(id, dead.at(), dead.reason()),
        id,
        List.of(),
        dead.images(),
        null,
        Map.of());
  }

  private static HttpResponse problem(
      int status,
      String detail,
      @Nullable String id,
      List<InvalidPart> errors,
      List<Image> images,
      @Nullable GenerationResult result,
      Map<String, String> more) {
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("content-type", "application/problem+json");
    return new HttpResponse(
        status,
        headers,
        new Problem(
            "about:blank", HttpResponse.title(status), status, detail, id, errors, images, result));
  }
}

package io.imagenlambda.event.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.event.later.LaterRequests;
import io.imagenlambda.event.manifest.ManifestProgress;
import io.imagenlambda.generation.Generation;
import io.imagenlambda.generation.ImageGenerator;
import io.imagenlambda.generation.InlineImages;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.queue.RequestQueue.QueueFailure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestId;
import io.imagenlambda.request.RequestJson;
import io.imagenlambda.request.RequestParser;
import io.imagenlambda.storage.StorageFailure;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The HTTP interface: {@code POST /images}, {@code GET /images/{id}}, and for clients of the
 * provider's APIs {@code POST /v1beta/models/{model}:predict} and {@code :generateContent}.
 */
@Singleton
public class HttpRoutes {
  private static final Logger LOG = Logger.getLogger(HttpRoutes.class);
  private static final Duration STORAGE_BACK = Duration.ofSeconds(5);
  private static final String IMAGES = "/images";
  private static final Pattern IMAGE = Pattern.compile("/images/([^/]+)");
  private static final Pattern MANIFEST = Pattern.compile("/manifests/([^/]+)");

  /** Some clients encode the colon, which no front door decodes. */
  private static final Pattern MODEL =
      Pattern.compile("/v1beta/models/([^/:]+?)(?::|%3[Aa])(predict|generateContent)");

  private final RequestJson json;
  private final RequestParser parser;
  private final InlineImages images;
  private final ImageGenerator generator;
  private final Inbox inbox;
  private final LaterRequests laterRequests;
  private final Patience patience;
  private final ManifestProgress manifests;

  HttpRoutes(
      RequestJson json,
      RequestParser parser,
      InlineImages images,
      ImageGenerator generator,
      Inbox inbox,
      LaterRequests laterRequests,
      Patience patience,
      ManifestProgress manifests) {
    this.json = json;
    this.parser = parser;
    this.images = images;
    this.generator = generator;
    this.inbox = inbox;
    this.laterRequests = laterRequests;
    this.patience = patience;
    this.manifests = manifests;
  }

  /** Answers a call, also one with the caller's faults. */
  public HttpResponse answer(HttpRequest call, Invocation invocation) {
    String path = call.path().replaceFirst("(?<=[^/])/+$", "");
    Matcher image = IMAGE.matcher(path);
    Matcher manifest = MANIFEST.matcher(path);
    Matcher model = MODEL.matcher(path);
    try {
      if (path.equals(IMAGES)) {
        return posted(call, () -> post(call, invocation));
      }
      if (model.matches()) {
        return posted(
            call, () -> ofModel(decoded(model.group(1)), model.group(2), call, invocation));
      }
      if (image.matches()) {
        return call.method().equals("GET") ? get(decoded(image.group(1))) : only("GET, HEAD", call);
      }
      if (manifest.matches()) {
        return call.method().equals("GET")
            ? manifest(decoded(manifest.group(1)))
            : only("GET, HEAD", call);
      }
      return Problem.response(
          404,
          "there is nothing at %s; there are POST /images, GET /images/{id}, GET /manifests/{id}"
                  .formatted(path)
              + " and POST /v1beta/models/{model}:predict or :generateContent");
    } catch (InvalidRequest invalid) {
      return switch (invalid.kind()) {
        case FAULTY -> Problem.invalid(invalid.faults());
        case CONFLICT -> Problem.response(409, invalid.detail());
        case TOO_LONG -> Problem.response(413, invalid.detail());
      };
    }
  }

  /** A part of a path may have any character percent-encoded (RFC 3986, 2.4). */
  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return part; // it fits no rule for ids or models
    }
  }

  private static HttpResponse posted(HttpRequest call, Supplier<HttpResponse> answer) {
    return call.method().equals("POST")
        ? call.unreadable().map(why -> Problem.response(415, why)).orElseGet(answer)
        : only("POST", call);
  }

  private HttpResponse post(HttpRequest call, Invocation invocation) {
    JsonNode body = images.store(json.read(call.body()), eventId(call));
    GenerationRequest request = parser.parse(body, eventId(call));
    // A preference may be ignored (RFC 7240), and without a queue nothing can run later.
    boolean later =
        call.header("prefer").orElse("").toLowerCase(Locale.ROOT).contains("respond-async");
    String id = request.id();
    return ofRequest(
        id,
        () ->
            later && laterRequests.arePossible()
                ? later(call, request, body, invocation)
                : run(
                    request,
                    body,
                    invocation,
                    HttpAnswers::generation,
                    () -> HttpAnswers.goesOn(call.locationOf(id), id)));
  }

  /** A client of one of the provider's APIs: its own body, and its own answer. */
  private HttpResponse ofModel(
      String model, String method, HttpRequest call, Invocation invocation) {
    JsonNode body = json.read(call.body());
    if (body instanceof ObjectNode object) {
      object.put("model", model);
    }
    JsonNode asked = images.store(body, eventId(call));
    GenerationRequest request = parser.parse(asked, eventId(call));
    String id = request.id();
    return ofRequest(
        id,
        () ->
            run(
                request,
                asked,
                invocation,
                method.equals("predict") ? HttpAnswers::predictions : HttpAnswers::content,
                () -> HttpAnswers.notInTime(call.locationOf(id), id)));
  }

  /** A failure names the request, so that it can be sent again as the same. */
  private static HttpResponse ofRequest(String id, Supplier<HttpResponse> answer) {
    try {
      return answer.get();
    } catch (StorageFailure | QueueFailure failure) {
      LOG.error("The call could not be answered", failure);
      return Problem.retryLater(
          id, 503, "the storage is not available: ask again later", STORAGE_BACK);
    }
  }

  /**
   * What a request comes to, if that is known in time. Else it goes on, and comes again if it must.
   *
   * @param goesOn the answer then
   */
  private HttpResponse run(
      GenerationRequest request,
      JsonNode body,
      Invocation invocation,
      Function<Generation, HttpResponse> ended,
      Supplier<HttpResponse> goesOn) {
    return patience
        .await(
            () -> generator.generate(request, invocation),
            late -> {
              if (late instanceof Generation.SendAgain again) {
                laterRequests.runLater(request, body, again, invocation);
              }
            },
            invocation)
        .map(ended)
        .orElseGet(() ->
            switch (laterRequests.keep(request, body, invocation).orElse(null)) {
              case Ledger.Ended now -> ended.apply(new Generation.Finished(now.result()));
              case Ledger.Conflict conflict -> HttpAnswers.conflict(request.id());
              case Inbox.Accepted accepted -> goesOn.get();
              case null -> goesOn.get();
            });
  }

  private HttpResponse later(
      HttpRequest call, GenerationRequest request, JsonNode body, Invocation invocation) {
    return switch (laterRequests.accept(request, body, Duration.ZERO, invocation)) {
      case Inbox.Accepted accepted ->
          HttpAnswers.accepted(call.locationOf(request.id()), request.id());
      case Ledger.Ended ended -> HttpAnswers.result(ended.result());
      case Ledger.Conflict conflict -> HttpAnswers.conflict(request.id());
    };
  }

  private HttpResponse get(String id) {
    if (!RequestId.isValid(id)) {
      return Problem.response(404, "an id is " + RequestId.RULE);
    }
    return switch (inbox.find(id)) {
      case Ledger.Ended ended -> HttpResponse.json(200, ended.result());
      case Inbox.Pending pending -> HttpAnswers.pending(id, pending);
      case Inbox.Dead dead -> Problem.dead(id, dead);
      case Inbox.NotFound notFound -> Problem.notFound(id, notFound);
    };
  }

  /** How far an object with many requests has come. */
  private HttpResponse manifest(String baseId) {
    if (!RequestId.isValid(baseId)) {
      return Problem.response(404, "an id is " + RequestId.RULE);
    }
    return manifests
        .find(baseId)
        .map(progress -> HttpResponse.json(progress.hasEnded() ? 200 : 202, progress))
        .orElseGet(() ->
            Problem.response(404, "there is no manifest of several requests %s".formatted(baseId)));
  }

  private static HttpResponse only(String method, HttpRequest call) {
    return Problem.response(
        405,
        "%s takes %s, not %s".formatted(call.path(), method, call.method()),
        Map.of("allow", method));
  }

  /** The id of a request that names none. */
  private static String eventId(HttpRequest call) {
    Optional<String> key = call.header("idempotency-key").map(HttpRoutes::unquoted);
    if (key.isPresent() && !RequestId.isValid(key.get())) {
      throw new InvalidRequest("the header Idempotency-Key must be " + RequestId.RULE);
    }
    return key.orElseGet(() -> RequestId.ofEvent(call.requestId()));
  }

  /** The header's draft standard has the key in quotes, most clients send it without. */
  private static String unquoted(String key) {
    return key.strip().replaceFirst("^\"(.*)\"$", "$1");
  }
}

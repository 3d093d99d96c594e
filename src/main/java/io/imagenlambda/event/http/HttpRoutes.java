package io.imagenlambda.event.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.event.later.LaterRequests;
import io.imagenlambda.generation.Generation;
import io.imagenlambda.generation.ImageGenerator;
import io.imagenlambda.generation.InlineImages;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestId;
import io.imagenlambda.request.RequestJson;
import io.imagenlambda.request.RequestParser;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The HTTP interface: {@code POST /images}, {@code GET /images/{id}}, and for clients of the
 * provider's APIs {@code POST /v1beta/models/{model}:predict} and {@code :generateContent}.
 */
@Singleton
public class HttpRoutes {
  private static final String IMAGES = "/images";
  private static final Pattern IMAGE = Pattern.compile("/images/([^/]+)");

  /** Some clients encode the colon, which no front door decodes. */
  private static final Pattern MODEL =
      Pattern.compile("/v1beta/models/([^/:]+?)(?::|%3[Aa])(predict|generateContent)");

  private final RequestJson json;
  private final RequestParser parser;
  private final InlineImages images;
  private final ImageGenerator generator;
  private final Inbox inbox;
  private final LaterRequests laterRequests;

  HttpRoutes(
      RequestJson json,
      RequestParser parser,
      InlineImages images,
      ImageGenerator generator,
      Inbox inbox,
      LaterRequests laterRequests) {
    this.json = json;
    this.parser = parser;
    this.images = images;
    this.generator = generator;
    this.inbox = inbox;
    this.laterRequests = laterRequests;
  }

  /** Answers a call, also one with the caller's faults. */
  public HttpResponse answer(HttpRequest call, Invocation invocation) {
    String path = call.path().replaceFirst("(?<=[^/])/+$", "");
    Matcher image = IMAGE.matcher(path);
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
      return Problem.response(
          404,
          "there is nothing at %s; there are POST /images, GET /images/{id} and".formatted(path)
              + " POST /v1beta/models/{model}:predict or :generateContent");
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
    return later && laterRequests.arePossible()
        ? later(request, body, invocation)
        : HttpAnswers.generation(run(request, invocation));
  }

  /** A client of one of the provider's APIs: its own body, and its own answer. */
  private HttpResponse ofModel(
      String model, String method, HttpRequest call, Invocation invocation) {
    JsonNode body = json.read(call.body());
    if (body instanceof ObjectNode object) {
      object.put("model", model);
    }
    JsonNode asked = images.store(body, eventId(call));
    Generation generation = run(parser.parse(asked, eventId(call)), invocation);
    return method.equals("predict")
        ? HttpAnswers.predictions(generation)
        : HttpAnswers.content(generation);
  }

  private Generation run(GenerationRequest request, Invocation invocation) {
    return generator.generate(request, invocation);
  }

  private HttpResponse later(GenerationRequest request, JsonNode body, Invocation invocation) {
    return switch (laterRequests.accept(request, body, Duration.ZERO, invocation)) {
      case Inbox.Accepted accepted -> HttpAnswers.accepted(request.id());
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
      case Inbox.NotFound notFound -> Problem.notFound(notFound);
    };
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

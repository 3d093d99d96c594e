package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.event.later.LaterRequests;
import io.imagenlambda.event.manifest.ManifestProgress;
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
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The HTTP interface: {@code POST /images}, {@code GET /images/{id}}, {@code GET /manifests/{id}},
 * and {@link ForeignRoutes} for clients that others wrote.
 */
@Singleton
public class HttpRoutes {
  private static final Logger LOG = Logger.getLogger(HttpRoutes.class);
  private static final String NOT_ANSWERED = "The call could not be answered";
  private static final String IMAGES = "/images";
  private static final Pattern IMAGE = Pattern.compile("/images/([^/]+)");
  private static final Pattern MANIFEST = Pattern.compile("/manifests/([^/]+)");

  private final RequestJson json;
  private final RequestParser parser;
  private final InlineImages images;
  private final Inbox inbox;
  private final LaterRequests laterRequests;
  private final CallRun run;
  private final ManifestProgress manifests;
  private final ForeignRoutes foreign;
  private final ClientKeys keys;
  private final Cors cors;

  HttpRoutes(
      RequestJson json,
      RequestParser parser,
      InlineImages images,
      Inbox inbox,
      LaterRequests laterRequests,
      CallRun run,
      ManifestProgress manifests,
      ForeignRoutes foreign,
      ClientKeys keys,
      Cors cors) {
    this.json = json;
    this.parser = parser;
    this.images = images;
    this.inbox = inbox;
    this.laterRequests = laterRequests;
    this.run = run;
    this.manifests = manifests;
    this.foreign = foreign;
    this.keys = keys;
    this.cors = cors;
  }

  /** Answers a call, also one with the caller's faults. */
  public HttpResponse answer(HttpRequest call, Invocation invocation) {
    return cors.preflight(call).orElseGet(() -> cors.shared(call, letIn(call, invocation)));
  }

  private HttpResponse letIn(HttpRequest call, Invocation invocation) {
    String path = call.path().replaceFirst("(?<=[^/])/+$", "");
    Optional<ForeignApi> api = foreign.find(path);
    Optional<HttpResponse> refused = keys.refusal(call);
    if (api.isPresent()) {
      return refused
          .map(why -> ForeignRoutes.told(api.get(), why, ""))
          .orElseGet(() -> foreign.answer(api.get(), call, invocation));
    }
    try {
      return refused.orElseGet(() -> ofOurOwn(path, call, invocation));
    } catch (StorageFailure | QueueFailure failure) {
      LOG.error(NOT_ANSWERED, failure);
      return Problem.withoutStorage();
    }
  }

  private HttpResponse ofOurOwn(String path, HttpRequest call, Invocation invocation) {
    if (path.equals(IMAGES)) {
      return call.refusal("POST").orElseGet(() -> post(call, invocation));
    }
    return found(IMAGE.matcher(path), call, this::get)
        .or(() -> found(MANIFEST.matcher(path), call, this::manifest))
        .orElseGet(() ->
            Problem.response(
                404,
                "there is nothing at %s; there are POST /images, GET /images/{id}, GET"
                        .formatted(path)
                    + " /manifests/{id}, POST /v1beta/models/{model}:predict or :generateContent,"
                    + " and POST /v1/images/generations"));
  }

  private static Optional<HttpResponse> found(
      Matcher path, HttpRequest call, Function<String, HttpResponse> get) {
    return path.matches()
        ? Optional.of(
            call.refusal("GET").orElseGet(() -> get.apply(HttpRequest.decoded(path.group(1)))))
        : Optional.empty();
  }

  private HttpResponse post(HttpRequest call, Invocation invocation) {
    try {
      JsonNode body = images.store(json.read(call.body()), call.eventId());
      GenerationRequest request = parser.parse(body, call.eventId());
      return run(call, request, body, invocation);
    } catch (InvalidRequest invalid) {
      return Problem.refused(invalid);
    }
  }

  private HttpResponse run(
      HttpRequest call, GenerationRequest request, JsonNode body, Invocation invocation) {
    // A preference may be ignored (RFC 7240), and without a queue nothing can run later.
    boolean later =
        call.header("prefer").orElse("").toLowerCase(Locale.ROOT).contains("respond-async");
    String id = request.id();
    try {
      return later && laterRequests.arePossible()
          ? later(call, request, body, invocation)
          : run.run(
              request,
              body,
              invocation,
              HttpAnswers::generation,
              () -> HttpAnswers.goesOn(call.locationOf(id), id));
    } catch (StorageFailure | QueueFailure failure) {
      LOG.error(NOT_ANSWERED, failure);
      return Problem.withoutStorage(id);
    }
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
}

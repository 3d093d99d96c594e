package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.generation.Generation;
import io.imagenlambda.generation.InlineImages;
import io.imagenlambda.queue.RequestQueue.QueueFailure;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.RequestJson;
import io.imagenlambda.request.RequestParser;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.StorageFailure;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The routes of APIs that others made, for their clients: of Gemini and Vertex AI, {@code :predict}
 * and {@code :generateContent}, and OpenAI's {@code POST /v1/images/generations}.
 *
 * <p>Such a client repeats 408, 409, 429 and 5xx by itself, under a new id. So it gets 429 and 503
 * only for what was not charged, and 422 for all else that has not gone well.
 */
@Singleton
final class ForeignRoutes {
  private static final Logger LOG = Logger.getLogger(ForeignRoutes.class);
  private static final int NOT_AGAIN = 422;

  /** Some clients encode the colon, which no front door decodes. */
  private static final Pattern GOOGLE =
      Pattern.compile(
          "/(?:v1|v1beta|v1beta1)(?:/projects/[^/]+/locations/[^/]+)?(?:/publishers/google)?/models"
              + "/([^/:]+?)(?::|%3[Aa])(predict|generateContent)");

  private static final String OPENAI = "/v1/images/generations";

  private final RequestJson json;
  private final RequestParser parser;
  private final InlineImages images;
  private final CallRun run;
  private final AnswerBytes bytes;
  private final OpenAiApi openAi;

  ForeignRoutes(
      RequestJson json,
      RequestParser parser,
      InlineImages images,
      CallRun run,
      AnswerBytes bytes,
      Settings settings) {
    this.json = json;
    this.parser = parser;
    this.images = images;
    this.run = run;
    this.bytes = bytes;
    this.openAi = new OpenAiApi(settings.model());
  }

  /** The API of a path, if it is one of these. */
  Optional<ForeignApi> find(String path) {
    Matcher google = GOOGLE.matcher(path);
    if (google.matches()) {
      return Optional.of(new GoogleApi(HttpRequest.decoded(google.group(1)), google.group(2)));
    }
    return path.equals(OPENAI) ? Optional.of(openAi) : Optional.empty();
  }

  /** Answers a call, also one with the caller's faults. */
  HttpResponse answer(ForeignApi api, HttpRequest call, Invocation invocation) {
    Optional<HttpResponse> unreadable = call.refusal("POST");
    if (unreadable.isPresent()) {
      return told(api, unreadable.get(), "");
    }
    try {
      JsonNode body = json.read(call.body());
      JsonNode asked = images.store(api.request(body), call.eventId());
      GenerationRequest request = parser.parse(asked, call.eventId());
      boolean inBytes = bytes.areAskedFor(call, api.asksForBytes(body));
      if (inBytes) {
        AnswerBytes.requireFit(request, call);
      }
      return answer(api, request, asked, inBytes, call, invocation);
    } catch (InvalidRequest invalid) {
      return told(api, Problem.refused(invalid), "");
    } catch (StorageFailure failure) { // before any call
      LOG.error("The call could not be answered", failure);
      return told(api, Problem.withoutStorage(), "");
    }
  }

  private HttpResponse answer(
      ForeignApi api,
      GenerationRequest request,
      JsonNode asked,
      boolean inBytes,
      HttpRequest call,
      Invocation invocation) {
    String location = call.locationOf(request.id());
    try {
      return run.run(
          request,
          asked,
          invocation,
          generation -> ended(api, generation, inBytes, location),
          () -> notAgain(api, HttpAnswers.notInTime(location, request.id()), location));
    } catch (InvalidRequest invalid) {
      return told(api, Problem.refused(invalid), location);
    } catch (StorageFailure | QueueFailure failure) { // perhaps after a call
      LOG.error("The call could not be answered", failure);
      return notAgain(api, Problem.withoutStorage(request.id()), location);
    }
  }

  private HttpResponse ended(
      ForeignApi api, Generation generation, boolean inBytes, String location) {
    if (generation instanceof Generation.Finished(GenerationResult result)
        && (!result.images().isEmpty()
            || (api.answersWithVerdict() && result.status() == GenerationResult.Status.FILTERED))) {
      return HttpResponse.json(200, api.answer(result, inBytes ? bytes.of(result) : List.of()));
    }
    HttpResponse own = HttpAnswers.generation(generation);
    boolean unpaid =
        generation instanceof Generation.SendAgain again
            && again.why().outcome() == Outcome.UNAVAILABLE
            && !again.isBegun();
    return unpaid ? told(api, own, location) : notAgain(api, own, location);
  }

  private static HttpResponse notAgain(ForeignApi api, HttpResponse own, String location) {
    Map<String, String> headers = new LinkedHashMap<>(own.headers());
    headers.remove("retry-after");
    headers.put("x-should-retry", "false");
    if (!location.isEmpty()) {
      headers.put("location", location);
    }
    return written(api, NOT_AGAIN, headers, (Problem) own.body(), location);
  }

  /** A problem in the words of that API, whose clients repeat 409 by themselves. */
  static HttpResponse told(ForeignApi api, HttpResponse own, String location) {
    return own.status() == 409
        ? notAgain(api, own, location)
        : written(api, own.status(), own.headers(), (Problem) own.body(), location);
  }

  private static HttpResponse written(
      ForeignApi api, int status, Map<String, String> headers, Problem problem, String location) {
    return new HttpResponse(status, headers, api.error(status, problem, location))
        .with(Map.of("content-type", "application/json"));
  }
}

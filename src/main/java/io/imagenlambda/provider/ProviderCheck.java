package io.imagenlambda.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.provider.ProviderAnswer.Answered;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.provider.net.AnswerBuffers;
import io.imagenlambda.provider.net.Body;
import io.imagenlambda.provider.net.Exchange;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.Finding;
import io.imagenlambda.settings.SettingName;
import io.imagenlambda.settings.Settings;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether base URL, key and models are right, and pays for nothing: every call has a body
 * without a prompt, which an API refuses before it works.
 *
 * <p>A refusal of the body says that the address is right. It says that key and model are right,
 * too, only if the API looks at them first. So the same call is made with a key and with a model
 * that cannot be there: if these are refused otherwise, the API does look first. (New-api and
 * LiteLLM's proxy look at the key, at the model and then at the body.) An API that describes its
 * models, as Google's does, is asked for that before.
 */
@Singleton
final class ProviderCheck {
  static final String NO_KEY = "imagen-lambda-check-no-such-key";
  static final String NO_MODEL = "imagen-lambda-check-no-such-model";

  /** An empty body needs no work. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(10);

  private final Settings settings;
  private final Wires wires;
  private final ApiKey apiKey;
  private final AnswerReader reader;
  private final WireClient<ModelsApi> models;
  private final ObjectMapper mapper;
  private final Vertx vertx;
  private final AnswerBuffers buffers;

  ProviderCheck(
      Settings settings,
      Wires wires,
      ApiKey apiKey,
      AnswerReader reader,
      ObjectMapper mapper,
      Vertx vertx,
      AnswerBuffers buffers) {
    this.settings = settings;
    this.wires = wires;
    this.apiKey = apiKey;
    this.reader = reader;
    this.models =
        new WireClient<>(ModelsApi.class, settings, WireClient.CONNECT_TIMEOUT, LONGEST_CALL);
    this.mapper = mapper;
    this.vertx = vertx;
    this.buffers = buffers;
  }

  /** What a call was refused for. */
  private enum Refused {
    /** There is nobody, or somebody who sends us elsewhere. */
    ADDRESS,
    /** Somebody is there, who may have nothing to do with images. */
    ROUTE,
    KEY,
    MODEL,
    BODY,
    /** Something that passes, or that nobody expects. */
    UNCLEAR
  }

  private record Reply(Refused what, String message) {}

  /** Base URL, key, the model and its fallbacks. */
  List<Finding> findings(Deadline deadline) {
    return new Run(apiKey.anew(), deadline).findings();
  }

  /** One check, with the key as it is now. */
  private final class Run {
    private final ApiKey.Reading reading;
    private final String key;
    private final Deadline deadline;

    /** Whether the API refuses different things differently, as far as was seen. */
    private boolean distinguishes;

    Run(ApiKey.Reading reading, Deadline deadline) {
      this.reading = reading;
      this.key = reading instanceof ApiKey.Key known ? known.text() : NO_KEY;
      this.deadline = deadline;
    }

    List<Finding> findings() {
      Reply first = ask(settings.model(), settings.model(), key);
      List<Finding> rest = new ArrayList<>();
      rest.add(key(first));
      rest.add(model("model", SettingName.IMAGEN_MODEL, settings.model(), first));
      for (String fallback : settings.fallbackModels()) {
        boolean useless = first.what == Refused.ADDRESS || first.what == Refused.KEY;
        Reply reply = useless ? first : ask(fallback, fallback, key);
        rest.add(model("fallback model", SettingName.IMAGEN_FALLBACK_MODELS, fallback, reply));
      }
      rest.addFirst(baseUrl(first));
      return rest;
    }

    private Finding baseUrl(Reply reply) {
      String what = "base URL";
      String url = settings.baseUrl() + " (TOKAIFY_BASE_URL)";
      return switch (reply.what) {
        case ADDRESS ->
            Finding.wrong(
                what,
                "%s is not where the image API is (%s): set it to where it is"
                    .formatted(url, reply.message));
        case ROUTE ->
            Finding.unknown(what, url + " answers, but not this call: it may not be the image API");
        case UNCLEAR ->
            Finding.unknown(
                what, "%s does not answer as expected: %s".formatted(url, reply.message));
        case KEY, MODEL -> Finding.right(what, url + " answers");
        case BODY ->
            distinguishes
                ? Finding.right(what, url + " answers")
                : Finding.unknown(
                    what,
                    "%s refuses all calls alike, so it may not be the image API: %s"
                        .formatted(url, reply.message));
      };
    }

    private Finding key(Reply reply) {
      String what = "key";
      String setting =
          settings
              .apiKeySecret()
              .map(secret -> "the key in secret %s (TOKAIFY_API_KEY_SECRET)".formatted(secret))
              .orElse("TOKAIFY_API_KEY");
      if (reading instanceof ApiKey.Unreadable unreadable) {
        return Finding.wrong(
            what, unreadable.failure().message() + "; mend it, or set TOKAIFY_API_KEY_SECRET");
      }
      if (reply.what == Refused.KEY) {
        return Finding.wrong(
            what,
            "%s, or its account, is refused by %s (%s): set another, or mend the account"
                .formatted(setting, settings.baseUrl(), reply.message));
      }
      if (reply.what == Refused.ADDRESS) {
        return Finding.unknown(what, setting + " was not tried, as the base URL is wrong");
      }
      if (ask(settings.model(), settings.model(), NO_KEY).what == Refused.KEY) {
        distinguishes = true;
        return Finding.right(
            what,
            setting
                + " is accepted, and another one refused; whether the account has credit cannot be"
                + " known without paying");
      }
      return Finding.unknown(
          what, setting + " was not refused, but a key that cannot be right was not either");
    }

    private Finding model(String what, SettingName setting, String model, Reply reply) {
      String named = "%s (%s)".formatted(model, setting);
      return switch (reply.what) {
        case MODEL, ROUTE ->
            Finding.wrong(what, "%s cannot be used: %s".formatted(named, reply.message));
        case ADDRESS -> Finding.unknown(what, named + " was not tried, as the base URL is wrong");
        case KEY -> Finding.unknown(what, named + " was not tried, as there is no good key");
        case UNCLEAR ->
            Finding.unknown(what, "%s has no clear answer: %s".formatted(named, reply.message));
        case BODY ->
            described(model)
                .map(there ->
                    there
                        ? Finding.right(what, named + " is there")
                        : Finding.wrong(
                            what,
                            "%s is not there, or cannot make images by :%s: set %s to a model that can"
                                .formatted(named, wires.of(model).method(), setting)))
                .orElseGet(() -> contrasted(what, named, model));
      };
    }

    private Finding contrasted(String what, String named, String model) {
      Refused other = ask(model, NO_MODEL, key).what;
      if (other == Refused.MODEL || other == Refused.ROUTE) {
        distinguishes = true;
        return Finding.right(what, named + " is there, and a model that cannot be is not");
      }
      return Finding.unknown(
          what, named + " was not refused, but a model that cannot be there was not either");
    }

    /**
     * What Google's API says of a model; empty where the API does not describe its models.
     *
     * @return whether it is there, and can be called as we call it
     */
    private Optional<Boolean> described(String model) {
      try (Response head =
              models.get().model(model, models.authorization(key), models.googleKey(key));
          InputStream body = head.readEntity(InputStream.class)) {
        String text = AnswerReader.text(head, body);
        return head.getStatus() == 200 ? lists(text, model) : denies(text);
      } catch (IOException | RuntimeException unserved) {
        return Optional.empty();
      }
    }

    private Optional<Boolean> lists(String description, String model) {
      try {
        JsonNode methods = mapper.readTree(description).path("supportedGenerationMethods");
        if (methods.isArray()) {
          distinguishes = true;
          String ours = wires.of(model).method();
          return Optional.of(methods.valueStream().anyMatch(each -> each.asText().equals(ours)));
        }
      } catch (JsonProcessingException aPage) {
        // many servers have one for every path
      }
      return Optional.empty();
    }

    private Optional<Boolean> denies(String error) {
      if (ErrorBody.read(mapper, error).codes().contains("NOT_FOUND")) { // Google's word
        distinguishes = true;
        return Optional.of(false);
      }
      return Optional.empty();
    }

    /**
     * Makes a call that costs nothing.
     *
     * @param like the model that says which wire is meant
     */
    private Reply ask(String like, String model, String withKey) {
      Wire wire = wires.of(like);
      ProviderAnswer answer;
      try (Exchange exchange = new Exchange(vertx, buffers, new Body.InMemory(wire.emptyBody()))) {
        answer = ask(wire, model, withKey, exchange);
      }
      return reply(wire, new KeyMask(new ApiKey.Key(key)).mask(answer));
    }

    private ProviderAnswer ask(Wire wire, String model, String withKey, Exchange exchange) {
      try {
        exchange.send(deadline.within(LONGEST_CALL).remaining());
        return reader.read(wire, wire.call(model, withKey, exchange), exchange, new NoImages());
      } catch (RuntimeException e) {
        return Failed.of(AnswerReader.broken(exchange, e), 0);
      }
    }
  }

  private static Reply reply(Wire wire, ProviderAnswer answer) {
    return switch (answer) {
      case Answered _ ->
          new Reply(
              Refused.UNCLEAR,
              "it took a request without a prompt, and may charge something for it");
      case Failed failed -> new Reply(refused(wire, failed), failed.failure().message());
    };
  }

  private static Refused refused(Wire wire, Failed failed) {
    Failure failure = failed.failure();
    @Nullable Integer given = failure.httpStatus();
    int status = given == null ? 0 : given;
    if (failure.code().equals("connect_failed") || (status >= 300 && status < 400)) {
      return Refused.ADDRESS;
    }
    if (wire.isOfEmptyBody(failure.message())) {
      return Refused.BODY;
    }
    if (failed.modelIsGone()) {
      // Google says NOT_FOUND; others say so of any path.
      return status == 404 && !failure.code().equals("NOT_FOUND") ? Refused.ROUTE : Refused.MODEL;
    }
    if (failure.code().equals("malformed_answer")) {
      return Refused.ROUTE; // somebody's page
    }
    return switch (failure.outcome()) {
      case ACCOUNT -> Refused.KEY;
      // 405, 415 … do not come from an API that knows the call.
      case REJECTED ->
          status == 400 || status == 422 || status >= 500 ? Refused.BODY : Refused.ROUTE;
      case UNAVAILABLE, UNKNOWN -> Refused.UNCLEAR;
    };
  }

  /** For images that nobody has asked for. */
  private static final class NoImages implements ImageSink {
    @Override
    public int wanted() {
      return 4; // so many may come where none is asked for
    }

    @Override
    public OutputStream next() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public void unreadable(String why) {
      // nobody has asked for it
    }

    @Override
    public void image(OutputStream written, @Nullable String mimeType, @Nullable String prompt) {
      // is not kept
    }
  }
}

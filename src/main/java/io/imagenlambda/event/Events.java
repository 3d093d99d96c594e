package io.imagenlambda.event;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.queue.RequestQueue;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestJson;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.StorageFailure;
import io.imagenlambda.telemetry.Telemetry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Passes every event to the source for its kind. Made with all it needs at the start, because
 * Lambda gives a start more of a CPU than an invocation.
 */
@Startup
@Singleton
public class Events {
  private static final Logger LOG = Logger.getLogger(Events.class);

  private final ObjectMapper mapper;
  private final RequestJson requestJson;
  private final Clock clock;
  private final Duration longestCall;
  private final List<EventSource> sources;
  private final AtomicBoolean first = new AtomicBoolean(true);

  Events(
      ObjectMapper mapper,
      RequestJson requestJson,
      Clock clock,
      Settings settings,
      HttpSource http,
      SqsSource sqs,
      EnvelopeSource envelope,
      CheckSource check,
      DirectSource direct) {
    this.mapper = mapper;
    this.requestJson = requestJson;
    this.clock = clock;
    this.longestCall = settings.timeout();
    this.sources = List.of(http, sqs, envelope, check, direct);
  }

  /**
   * Reads one event and writes the answer.
   *
   * @param event JSON, at most 6 MB (Lambda's limit)
   * @throws FunctionError if the kind of the event is unknown, or its sender must see an error
   */
  public void handle(InputStream event, OutputStream answer, Context context) throws IOException {
    Deadline deadline = deadline(context);
    RequestJson.Event read = read(event);
    JsonNode json = event(read.json());
    EventSource source =
        sources.stream()
            .filter(candidate -> candidate.recognises(json))
            .findFirst()
            .orElseThrow(() -> unknown(keys(json)));
    if (!read.faults().isEmpty()) {
      throw FunctionError.of(new InvalidRequest(read.faults()));
    }
    String requestId = context.getAwsRequestId();
    Telemetry.invocationBegins(requestId);
    if (first.getAndSet(false)) {
      warnOfALongCall(deadline.total());
    }
    mapper.writeValue(
        answer,
        answer(
            source,
            json,
            Invocation.begun(requestId, sandbox(context), source.name(json), deadline)));
  }

  /** The first invocation: a process does not learn earlier how much time its function has. */
  private void warnOfALongCall(Duration invocation) {
    if (!Budgets.fits(longestCall, invocation)) {
      LOG.warnf(
          "IMAGEN_TIMEOUT is %d s, but this function is stopped after %d s: a longer call is broken"
              + " off and may be charged. Make the function's Timeout longer, or IMAGEN_TIMEOUT"
              + " shorter",
          longestCall.toSeconds(), (invocation.toMillis() + 500) / 1000);
    }
  }

  /** EventBridge Pipes hands a queue's messages over as they are, without an object around them. */
  private JsonNode event(JsonNode json) {
    return json.isArray() && json.path(0).has("eventSource")
        ? mapper.createObjectNode().set("Records", json)
        : json;
  }

  /** Lambda accepts JSON that is nested too deeply, or has numbers too long, for the parser. */
  private RequestJson.Event read(InputStream event) throws IOException {
    try {
      return requestJson.event(event);
    } catch (InvalidRequest notJson) {
      throw unknown("no JSON that can be read: " + notJson.detail());
    }
  }

  /**
   * Empty on Managed Instances, which run several invocations at once, and where Lambda gives no
   * log stream, as under SnapStart.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-runtimes.html">Managed
   *     Instances</a>
   */
  private static Optional<String> sandbox(Context context) {
    return Optional.ofNullable(context.getLogStreamName())
        .filter(name -> !name.isBlank() && System.getenv("AWS_LAMBDA_MAX_CONCURRENCY") == null);
  }

  /** Without a deadline, as in Quarkus's mock event server, the number is arbitrary. */
  private Deadline deadline(Context context) {
    Duration left = Duration.ofMillis(context.getRemainingTimeInMillis());
    return Deadline.in(
        left.isPositive() && left.compareTo(Budgets.LONGEST_INVOCATION) <= 0
            ? left
            : Budgets.LONGEST_INVOCATION,
        clock,
        Thread::sleep);
  }

  /** If S3 or SQS fails, the sender may try again: it may work later. */
  private static Object answer(EventSource source, JsonNode event, Invocation invocation) {
    try {
      return source.answer(event, invocation);
    } catch (InvalidRequest invalid) {
      throw FunctionError.of(invalid);
    } catch (StorageFailure | RequestQueue.QueueFailure failure) {
      LOG.error("The event could not be handled", failure);
      throw new FunctionError(
          FunctionError.Type.IMAGEN_UNAVAILABLE, String.valueOf(failure.getMessage()));
    }
  }

  private static String keys(JsonNode event) {
    List<String> keys = new ArrayList<>();
    event.fieldNames().forEachRemaining(keys::add);
    if (event.isObject() && keys.isEmpty()) {
      return "nothing in it, as a schedule's input {} (without an input, a schedule runs the"
          + " requests of IMAGEN_SCHEDULE_REQUESTS)";
    }
    return keys.isEmpty() ? "no keys" : "the keys " + String.join(", ", keys);
  }

  private static FunctionError unknown(String has) {
    return new FunctionError(
        FunctionError.Type.UNKNOWN_EVENT,
        "this event is of no known kind: it has %s; accepted are a request (prompt or instances),"
                .formatted(has)
            + " {\"check\":true}, an HTTP call (requestContext), SQS, S3 and SNS records (Records), and EventBridge events"
            + " (source, detail-type, detail)");
  }
}

package io.imagenlambda.event;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.generation.Deadline;
import io.imagenlambda.generation.Invocation;
import io.imagenlambda.queue.QueueFailure;
import io.imagenlambda.storage.StorageFailure;
import io.imagenlambda.telemetry.InvocationLog;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Hands every event to the source that knows its kind. It is made with all that it needs while the
 * function starts, which Lambda gives more of a CPU than an invocation.
 */
@Startup
@Singleton
public class Events {
  private static final Logger LOG = Logger.getLogger(Events.class);

  /** Lambda's own limit. */
  private static final Duration LONGEST_INVOCATION = Duration.ofMinutes(15);

  private final ObjectMapper mapper;
  private final List<EventSource> sources;

  Events(
      ObjectMapper mapper,
      HttpSource http,
      SqsSource sqs,
      EnvelopeSource envelope,
      DirectSource direct) {
    this.mapper = mapper;
    this.sources = List.of(http, sqs, envelope, direct);
  }

  /**
   * Reads one event and writes the answer.
   *
   * @param event JSON, at most 6 MB (Lambda's limit)
   * @throws FunctionError where the event is of no known kind, or its sender is to see an error
   */
  public void handle(InputStream event, OutputStream answer, Context context) throws IOException {
    Deadline deadline = deadline(context);
    JsonNode json = read(event);
    EventSource source =
        sources.stream()
            .filter(candidate -> candidate.recognises(json))
            .findFirst()
            .orElseThrow(() -> unknown(keys(json)));
    String requestId = context.getAwsRequestId();
    InvocationLog.begin(requestId);
    mapper.writeValue(
        answer, answer(source, json, new Invocation(requestId, source.name(json), deadline)));
  }

  /** Lambda passes on what is nested too deeply, or has numbers too long, for the parser. */
  private JsonNode read(InputStream event) throws IOException {
    try {
      return mapper.readTree(event);
    } catch (JsonProcessingException e) {
      throw unknown("no JSON that can be read: " + e.getOriginalMessage());
    } catch (CharConversionException e) {
      throw unknown("no JSON that can be read: " + e.getMessage());
    }
  }

  /**
   * Where the runtime tells no deadline, as Quarkus's mock event server does not, any number comes.
   */
  private static Deadline deadline(Context context) {
    Duration left = Duration.ofMillis(context.getRemainingTimeInMillis());
    return Deadline.in(
        left.isPositive() && left.compareTo(LONGEST_INVOCATION) <= 0 ? left : LONGEST_INVOCATION);
  }

  /** What S3 and SQS do not do now they may do later, so the sender learns of it as of any wait. */
  private static Object answer(EventSource source, JsonNode event, Invocation invocation) {
    try {
      return source.answer(event, invocation);
    } catch (StorageFailure | QueueFailure failure) {
      LOG.error("The event could not be handled", failure);
      throw new FunctionError(
          FunctionError.Type.IMAGEN_UNAVAILABLE, String.valueOf(failure.getMessage()));
    }
  }

  private static String keys(JsonNode event) {
    List<String> keys = new ArrayList<>();
    event.fieldNames().forEachRemaining(keys::add);
    return keys.isEmpty() ? "no keys" : "the keys " + String.join(", ", keys);
  }

  private static FunctionError unknown(String has) {
    return new FunctionError(
        FunctionError.Type.UNKNOWN_EVENT,
        "this event is of no known kind: it has %s; accepted are a request (prompt or instances), an HTTP"
                .formatted(has)
            + " call (requestContext), SQS, S3 and SNS records (Records), and EventBridge events"
            + " (source, detail-type, detail)");
  }
}

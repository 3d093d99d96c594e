package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestId;
import io.imagenlambda.settings.Settings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Messages of a queue. Each is answered on its own. A returned message comes again, and after too
 * many times goes to the dead-letter queue; all others are done.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">Partial
 *     batch responses</a>
 */
@Singleton
final class SqsSource implements EventSource {
  private static final Logger LOG = Logger.getLogger(SqsSource.class);

  private final PayloadRunner runner;
  private final Duration timeout;
  private final int concurrency;
  private final Clock clock;

  SqsSource(PayloadRunner runner, Settings settings, Clock clock) {
    this.runner = runner;
    this.clock = clock;
    this.timeout = settings.timeout();
    this.concurrency = settings.concurrency();
  }

  /** The messages that are to come again. */
  @RegisterForReflection
  record BatchResponse(List<Failure> batchItemFailures) {
    record Failure(String itemIdentifier) {}
  }

  @Override
  public boolean recognises(JsonNode event) {
    return event.path("Records").path(0).path("eventSource").asText().equals("aws:sqs");
  }

  @Override
  public String name(JsonNode event) {
    return "sqs";
  }

  @Override
  public BatchResponse answer(JsonNode event, Invocation invocation) {
    List<BatchResponse.Failure> failures =
        Parallel.map(groups(event), concurrency, group -> failures(group, invocation)).stream()
            .flatMap(List::stream)
            .map(BatchResponse.Failure::new)
            .toList();
    return new BatchResponse(failures);
  }

  /** Messages of a FIFO group must keep their order; any other message is its own group. */
  private static List<List<JsonNode>> groups(JsonNode event) {
    Map<String, List<JsonNode>> groups = new LinkedHashMap<>();
    for (JsonNode message : event.path("Records")) {
      JsonNode group = message.path("attributes").path("MessageGroupId");
      boolean ordered = message.path("eventSourceARN").asText().endsWith(".fifo");
      String key = ordered ? "group " + group.asText() : "message " + messageId(message);
      groups.computeIfAbsent(key, any -> new ArrayList<>()).add(message);
    }
    return List.copyOf(groups.values());
  }

  private enum Fate {
    DONE,
    /** It comes again, and nothing of its group may overtake it. */
    FAILED,
    /** It can never run: if it held others up, they would be dead with it. */
    NEVER
  }

  /** The ids of the messages that can never run, of the first that failed and of all after it. */
  private List<String> failures(List<JsonNode> group, Invocation invocation) {
    List<String> failures = new ArrayList<>();
    boolean stopped = false;
    for (JsonNode message : group) {
      Fate fate = stopped ? Fate.FAILED : run(message, invocation);
      stopped = fate == Fate.FAILED;
      if (fate != Fate.DONE) {
        failures.add(messageId(message));
      }
    }
    return failures;
  }

  private Fate run(JsonNode message, Invocation invocation) {
    String id = messageId(message);
    if (!Budgets.startsAnother(invocation.deadline(), timeout)) {
      LOG.infof("message %s is returned unstarted: the invocation has too little time left", id);
      return Fate.FAILED;
    }
    try {
      Instant sent =
          Instant.ofEpochMilli(
              message.path("attributes").path("SentTimestamp").asLong(clock.millis()));
      runner.run(message.path("body").asText(), RequestId.ofEvent(id), invocation.ofMessage(sent));
      return Fate.DONE;
    } catch (InvalidRequest invalid) {
      LOG.warnf("message %s is returned: %s", id, invalid.detail());
      return Fate.NEVER;
    } catch (FunctionError error) {
      LOG.warnf("message %s is returned: %s", id, error.logged());
      if (error.type() == FunctionError.Type.INVALID_REQUEST) {
        return Fate.NEVER; // its id is another request's
      }
    } catch (RuntimeException unexpected) {
      LOG.errorf(unexpected, "message %s is returned", id);
    }
    return Fate.FAILED;
  }

  private static String messageId(JsonNode message) {
    return message.path("messageId").asText();
  }
}

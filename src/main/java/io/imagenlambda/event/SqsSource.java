package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.generation.Invocation;
import io.imagenlambda.settings.Settings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Messages of a queue. Each is answered on its own: what is returned to the queue comes again, and
 * after too many times goes to the dead-letter queue; all else is done with.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">Partial
 *     batch responses</a>
 */
@Singleton
final class SqsSource implements EventSource {
  private static final Logger LOG = Logger.getLogger(SqsSource.class);

  /** For what comes after the paid call, and for Lambda's own part. */
  private static final Duration TIME_TO_END = Duration.ofSeconds(6);

  private final Work work;
  private final Duration timeout;
  private final int concurrency;

  SqsSource(Work work, Settings settings) {
    this.work = work;
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

  /** What has an order has to keep it; a message of a standard queue is a group of its own. */
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

  /** The ids of the messages from the first one that failed. */
  private List<String> failures(List<JsonNode> group, Invocation invocation) {
    for (int i = 0; i < group.size(); i++) {
      if (!isDone(group.get(i), invocation)) {
        return group.subList(i, group.size()).stream().map(SqsSource::messageId).toList();
      }
    }
    return List.of();
  }

  private boolean isDone(JsonNode message, Invocation invocation) {
    String id = messageId(message);
    if (!fits(invocation)) {
      LOG.infof("message %s is returned unstarted: the invocation has too little time left", id);
      return false;
    }
    try {
      work.all(message.path("body").asText(), EventId.of(id), invocation);
      return true;
    } catch (FunctionError error) {
      LOG.warnf("message %s is returned: %s", id, error.logged());
    } catch (RuntimeException unexpected) {
      LOG.errorf(unexpected, "message %s is returned", id);
    }
    return false;
  }

  /** A function whose whole time is shorter than the longest call uses the first half of it. */
  private boolean fits(Invocation invocation) {
    Duration half = invocation.deadline().total().dividedBy(2);
    Duration needed = timeout.plus(TIME_TO_END);
    return invocation.deadline().leaves(needed.compareTo(half) < 0 ? needed : half);
  }

  private static String messageId(JsonNode message) {
    return message.path("messageId").asText();
  }
}

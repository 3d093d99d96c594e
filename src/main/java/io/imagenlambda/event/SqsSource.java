package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.concurrent.Parallel;
import io.imagenlambda.event.manifest.GoesOn;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.queue.DeadLetters;
import io.imagenlambda.queue.RequestQueue.QueueFailure;
import io.imagenlambda.queue.ReturnedMessages;
import io.imagenlambda.request.Budgets;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.storage.StorageFailure;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Messages of a queue. Each is answered on its own: what is done stays away, and what is not comes
 * again when it is worth it, until it is too old. A message that is too old when it would be
 * returned, or can never be run, is dead: it goes to {@code DEAD_LETTER_QUEUE_URL}. Without that
 * nothing stays away that has not ended.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">Partial
 *     batch responses</a>
 */
@Singleton
final class SqsSource implements EventSource {
  private static final Logger LOG = Logger.getLogger(SqsSource.class);

  /** As usual after so many receives. */
  private static final Duration AT_ANY_TIME = Duration.ZERO;

  private final PayloadRunner runner;
  private final Inbox inbox;
  private final ReturnedMessages returned;
  private final DeadLetters deadLetters;
  private final Duration timeout;
  private final int concurrency;
  private final Duration maxAge;
  private final Clock clock;

  SqsSource(
      PayloadRunner runner,
      Inbox inbox,
      ReturnedMessages returned,
      DeadLetters deadLetters,
      Settings settings,
      Clock clock) {
    this.runner = runner;
    this.inbox = inbox;
    this.returned = returned;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.timeout = settings.timeout();
    this.concurrency = settings.concurrency();
    this.maxAge = settings.maxAge();
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
    List<SqsMessage> messages = new ArrayList<>();
    event.path("Records").forEach(record -> messages.add(SqsMessage.of(record, clock.instant())));
    ReturnedMessages.Batch batch = returned.batch(messages.getFirst().queueArn());
    List<BatchResponse.Failure> failures =
        Parallel.map(groups(messages), concurrency, group -> failures(group, batch, invocation))
            .stream()
            .flatMap(List::stream)
            .map(message -> new BatchResponse.Failure(message.id()))
            .toList();
    return new BatchResponse(failures);
  }

  /** Messages of a FIFO group must keep their order; any other message is its own group. */
  private static List<List<SqsMessage>> groups(List<SqsMessage> messages) {
    Map<String, List<SqsMessage>> groups = new LinkedHashMap<>();
    for (SqsMessage message : messages) {
      String key = message.isOrdered() ? "group " + message.group() : "message " + message.id();
      groups.computeIfAbsent(key, any -> new ArrayList<>()).add(message);
    }
    return List.copyOf(groups.values());
  }

  /**
   * How a message that is not done comes again.
   *
   * @param atLeast how long it waits at least; empty if it comes at once
   * @param holdsGroup whether nothing of its group may overtake it; if one that can never run held
   *     others up, they would wait in vain
   */
  private record ComesAgain(Optional<Duration> atLeast, boolean holdsGroup) {}

  /** The messages that come again: those that can never run, the first that failed, all after. */
  private List<SqsMessage> failures(
      List<SqsMessage> group, ReturnedMessages.Batch batch, Invocation invocation) {
    List<SqsMessage> failures = new ArrayList<>();
    Optional<ComesAgain> ahead = Optional.empty();
    for (SqsMessage message : group) {
      Optional<ComesAgain> end = ahead.isPresent() ? ahead : run(message, invocation);
      if (end.isPresent()) {
        failures.add(message);
        end.get()
            .atLeast()
            .ifPresentOrElse(
                wait -> batch.comesAgain(message.returned(), wait),
                () -> batch.comesAtOnce(message.returned()));
        ahead = end.filter(ComesAgain::holdsGroup);
      }
    }
    return failures;
  }

  /** Empty if the message is done, or among the dead. */
  private Optional<ComesAgain> run(SqsMessage message, Invocation invocation) {
    if (!Budgets.startsAnother(invocation.deadline(), timeout)) {
      LOG.infof(
          "message %s is returned unstarted: the invocation has too little time left",
          message.id());
      return Optional.of(new ComesAgain(Optional.empty(), true));
    }
    try {
      runner.run(message.body(), message.eventId(), invocation.of(message.delivery()));
      return Optional.empty();
    } catch (GoesOn more) {
      return Optional.of(new ComesAgain(Optional.empty(), true));
    } catch (InvalidRequest invalid) {
      return never(message, invalid.detail(), Optional.empty());
    } catch (FunctionError error) {
      return error.type() == FunctionError.Type.INVALID_REQUEST // or its id is another request's
          ? never(message, error.text(), error.id())
          : failed(message, error);
    } catch (RuntimeException unexpected) {
      LOG.errorf(unexpected, "message %s is returned", message.id());
      return failed(
          message, String.valueOf(unexpected.getMessage()), Optional.empty(), AT_ANY_TIME);
    }
  }

  private Optional<ComesAgain> never(SqsMessage message, String why, Optional<String> requestId) {
    LOG.warnf("message %s can never be run: %s", message.id(), why);
    return isDead(message, why, () -> requestId.ifPresent(id -> inbox.diedUnread(id, why)))
        ? Optional.empty()
        : Optional.of(new ComesAgain(Optional.of(AT_ANY_TIME), false));
  }

  private Optional<ComesAgain> failed(SqsMessage message, FunctionError error) {
    LOG.infof(
        "message %s is returned after receive %d: %s",
        message.id(), message.delivery().receives(), error.logged());
    return failed(message, error.text(), error.id(), error.retryAfter());
  }

  private Optional<ComesAgain> failed(
      SqsMessage message, String why, Optional<String> requestId, Duration atLeast) {
    boolean isOld = !clock.instant().isBefore(message.delivery().sentAt().plus(maxAge));
    if (isOld && isDead(message, why, () -> requestId.ifPresent(id -> inbox.died(id, why)))) {
      return Optional.empty();
    }
    if (message.wasDead()) {
      requestId.ifPresent(this::noteIsBack);
    }
    return Optional.of(new ComesAgain(Optional.of(atLeast), true));
  }

  private void noteIsBack(String requestId) {
    try {
      inbox.isBack(requestId);
    } catch (StorageFailure failure) {
      LOG.warnf(failure, "%s is on the queue again, though it is marked as dead", requestId);
    }
  }

  /** Whether a message is kept among the dead, so that nothing is lost if it stays away. */
  private boolean isDead(SqsMessage message, String why, Runnable mark) {
    if (!deadLetters.takesFrom(message.queueArn())) {
      return false;
    }
    try {
      mark.run();
      deadLetters.keep(message.dead(runner.withId(message.body(), message.eventId()), why));
    } catch (QueueFailure | StorageFailure failure) {
      LOG.errorf(failure, "message %s is dead and comes again all the same", message.id());
      return false;
    }
    LOG.warnf("message %s is dead", message.id());
    return true;
  }
}

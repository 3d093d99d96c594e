package io.imagenlambda.event.later;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.generation.Generation;
import io.imagenlambda.generation.ImageGenerator;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.queue.RequestQueue;
import io.imagenlambda.queue.RequestQueue.QueueFailure;
import io.imagenlambda.queue.RequestQueue.QueuedRequest;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestParser;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Puts requests on the queue: those that are to run later, and those that cannot run now. */
@Singleton
public class LaterRequests {
  private static final Logger LOG = Logger.getLogger(LaterRequests.class);

  /**
   * The events that Lambda brings twice more and then gives up, after three minutes.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html">Retries
   *     of asynchronous events</a>
   */
  private static final Set<String> SOON_GIVEN_UP =
      Set.of("s3", "sns", "eventbridge", "destination");

  private final ImageGenerator generator;
  private final Inbox inbox;
  private final RequestQueue queue;

  LaterRequests(ImageGenerator generator, Inbox inbox, RequestQueue queue) {
    this.generator = generator;
    this.inbox = inbox;
    this.queue = queue;
  }

  /** Whether a request can run later. */
  public boolean arePossible() {
    return queue.isConfigured();
  }

  /**
   * Stores a request and puts it on the queue.
   *
   * @param json the request as it came
   * @param delay how long the queue is to keep it back
   * @throws InvalidRequest if it is too long for the queue
   */
  public Inbox.Acceptance accept(
      GenerationRequest request, JsonNode json, Duration delay, Invocation invocation) {
    JsonNode asked = RequestParser.withId(json, request.id());
    QueuedRequest queued = QueuedRequest.of(request, asked, delay);
    if (!queued.fits()) {
      throw InvalidRequest.tooLong("the request with its id is too long for the queue");
    }
    Inbox.Acceptance acceptance = inbox.accept(request, asked, invocation);
    if (acceptance instanceof Inbox.Accepted accepted) {
      try {
        queue.send(List.of(queued));
      } catch (QueueFailure failure) {
        inbox.withdraw(accepted);
        throw failure;
      }
    }
    return acceptance;
  }

  /**
   * Sees to it that a request which is running here comes again from the queue when that is over,
   * however it ends: even if this process dies.
   *
   * @param json the request as it came
   * @return empty if there is no queue
   */
  public Optional<Inbox.Acceptance> keep(
      GenerationRequest request, JsonNode json, Invocation invocation) {
    return arePossible()
        ? Optional.of(accept(request, json, invocation.deadline().remaining(), invocation))
        : Optional.empty();
  }

  /**
   * Has a request that could not run come again, though its sender has gone; or says that it was
   * given up, if there is no queue.
   */
  public void runLater(
      GenerationRequest request, JsonNode json, Generation.SendAgain again, Invocation invocation) {
    if (arePossible()) {
      var _ = accept(request, json, again, invocation);
    } else {
      inbox.died(request.id(), again.why().message());
    }
  }

  private Inbox.Acceptance accept(
      GenerationRequest request, JsonNode json, Generation.SendAgain again, Invocation invocation) {
    LOG.infof("%s waits on the queue: %s", request.id(), again.why().code());
    return accept(request, json, again.retryAfter().orElse(Duration.ZERO), invocation);
  }

  /**
   * Runs a request that an event carries; if it cannot run now and Lambda would soon give it up, it
   * waits on the queue.
   *
   * @param json the request as it came
   * @return its result; empty if it waits on the queue
   * @throws FunctionError if the event must come again
   */
  public Optional<GenerationResult> runOrAccept(
      GenerationRequest request, JsonNode json, Invocation invocation) {
    Generation generation = generator.generate(request, invocation);
    if (generation instanceof Generation.SendAgain again
        && SOON_GIVEN_UP.contains(invocation.source())
        && arePossible()) {
      return switch (accept(request, json, again, invocation)) {
        case Inbox.Accepted accepted -> Optional.empty();
        case Ledger.Ended ended -> Optional.of(ended.result());
        case Ledger.Conflict conflict ->
            throw FunctionError.of(InvalidRequest.conflict(request.id()));
      };
    }
    return Optional.of(generation.orFunctionError());
  }
}

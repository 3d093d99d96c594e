package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.generation.Invocation;
import jakarta.inject.Singleton;

/**
 * S3 notifications, SNS messages and EventBridge events, schedules among them. Nobody waits for the
 * answer; a function error makes Lambda deliver the event again, and then to its failure
 * destination.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html">Asynchronous
 *     invocation</a>
 */
@Singleton
final class EnvelopeSource implements EventSource {
  private final Work work;

  EnvelopeSource(Work work) {
    this.work = work;
  }

  @Override
  public boolean recognises(JsonNode event) {
    return Envelopes.isEnvelope(event);
  }

  @Override
  public String name(JsonNode event) {
    return Envelopes.name(event);
  }

  @Override
  public Report answer(JsonNode event, Invocation invocation) {
    return work.all(event, EventId.of(invocation.requestId()), invocation);
  }
}

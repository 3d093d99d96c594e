package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.event.manifest.Report;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestId;
import jakarta.inject.Singleton;

/**
 * S3 notifications, SNS messages and EventBridge events, including schedules. Nobody waits for the
 * answer. After a function error Lambda delivers the event again, then to its failure destination.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html">Asynchronous
 *     invocation</a>
 */
@Singleton
final class EnvelopeSource implements EventSource {
  private final PayloadRunner runner;

  EnvelopeSource(PayloadRunner runner) {
    this.runner = runner;
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
    return runner.run(event, RequestId.ofEvent(invocation.requestId()), invocation);
  }
}

package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.generation.GenerationResult;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.Invocation;
import io.imagenlambda.generation.RequestParser;
import jakarta.inject.Singleton;

/**
 * The event is a request itself: a direct invoke, a Step Functions task, or a schedule with an
 * input of its own. What Step Functions may retry or catch is a function error; a result that is
 * final, be it a failed one, is the answer.
 *
 * <p>Beside the request's fields it may have {@code time}, the scheduled time (Scheduler fills in
 * {@code <aws.scheduler.scheduled-time>}); without it {@code ${date}} and {@code ${time}} are those
 * of the invocation.
 */
@Singleton
final class DirectSource implements EventSource {
  private final RequestRunner runner;

  DirectSource(RequestRunner runner) {
    this.runner = runner;
  }

  @Override
  public boolean recognises(JsonNode event) {
    return RequestParser.looksLikeRequest(event);
  }

  @Override
  public String name(JsonNode event) {
    return "direct";
  }

  @Override
  public GenerationResult answer(JsonNode event, Invocation invocation) {
    JsonNode request;
    try {
      request =
          event.has("time") ? ScheduledTime.filled(event) : ScheduledTime.ofTrace().fill(event);
    } catch (InvalidRequest invalid) {
      throw new FunctionError(FunctionError.Type.INVALID_REQUEST, invalid.detail());
    }
    return runner.run(request, EventId.of(invocation.requestId()), invocation);
  }
}

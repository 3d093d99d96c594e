package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.generation.ImageGenerator;
import io.imagenlambda.generation.InlineImages;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestId;
import io.imagenlambda.request.RequestParser;
import jakarta.inject.Singleton;

/**
 * A request as the event: a direct invoke, a Step Functions task, or a schedule with its own input.
 * What Step Functions may retry or catch is a function error; any final result is the answer.
 *
 * <p>Beside the request's fields it may have {@code time}, the scheduled time (Scheduler fills in
 * {@code <aws.scheduler.scheduled-time>}); without it {@code ${date}} and {@code ${time}} are the
 * invocation's.
 */
@Singleton
final class DirectSource implements EventSource {
  private final RequestParser parser;
  private final InlineImages images;
  private final ImageGenerator generator;

  DirectSource(RequestParser parser, InlineImages images, ImageGenerator generator) {
    this.parser = parser;
    this.images = images;
    this.generator = generator;
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
    JsonNode request =
        event.has("time") ? ScheduledTime.filled(event) : ScheduledTime.ofTrace().fill(event);
    String eventId = RequestId.ofEvent(invocation.requestId());
    return generator
        .generate(parser.parse(images.store(request, eventId), eventId), invocation)
        .orFunctionError();
  }
}

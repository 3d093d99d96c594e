package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.generation.InvalidRequest;
import io.imagenlambda.generation.Invocation;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Does what an event carries. */
@Singleton
final class Work {
  private final Envelopes envelopes;
  private final RequestRunner runner;
  private final RequestObjects objects;

  Work(Envelopes envelopes, RequestRunner runner, RequestObjects objects) {
    this.envelopes = envelopes;
    this.runner = runner;
    this.objects = objects;
  }

  /**
   * Does all that is in an event, one after the other.
   *
   * @param eventId the id of a request that names none
   * @throws FunctionError where something is no request or has not ended; what came before it is
   *     done
   */
  Report all(JsonNode event, String eventId, Invocation invocation) {
    return all(() -> envelopes.open(event, eventId), invocation);
  }

  /** The same, for an event that came as text. */
  Report all(String event, String eventId, Invocation invocation) {
    return all(() -> envelopes.open(event, eventId), invocation);
  }

  private Report all(Supplier<List<Payload>> opened, Invocation invocation) {
    try {
      return all(opened.get(), invocation);
    } catch (InvalidRequest invalid) {
      throw new FunctionError(FunctionError.Type.INVALID_REQUEST, invalid.detail());
    }
  }

  private Report all(List<Payload> payloads, Invocation invocation) {
    List<Report> reports = new ArrayList<>();
    for (Payload payload : payloads) {
      reports.add(
          switch (payload) {
            case Payload.Request request ->
                Report.of(runner.run(request.json(), request.eventId(), invocation));
            case Payload.Requests requests -> objects.run(requests, invocation);
            case Payload.Schedule schedule -> objects.run(schedule, invocation);
            case Payload.Nothing nothing -> Report.ignored(nothing.what());
          });
    }
    return Report.all(reports);
  }
}

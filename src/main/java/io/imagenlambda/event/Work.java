package io.imagenlambda.event;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Does what an event carries. */
@Singleton
final class Work {
  private final RequestRunner runner;
  private final RequestObjects objects;

  Work(RequestRunner runner, RequestObjects objects) {
    this.runner = runner;
    this.objects = objects;
  }

  /**
   * Does all of it, one after the other.
   *
   * @throws FunctionError where something has not ended; what came before it is done
   */
  Report all(List<Payload> payloads, Invocation invocation) {
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

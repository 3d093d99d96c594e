package io.imagenlambda.lab.runtime;

import io.imagenlambda.lab.timeline.Happening;
import java.time.Duration;
import java.util.function.Consumer;

/** Tells of a function's processes, events and answers, to whoever listens. */
final class Narrator {
  private volatile Consumer<Happening> listener = _ -> {};

  void tell(Consumer<Happening> given) {
    this.listener = given;
  }

  void started(Environment environment, Duration init) {
    listener.accept(new Happening.Started(environment.pid(), Happening.ms(init)));
  }

  void delivered(Environment environment, Invocation invocation) {
    listener.accept(
        new Happening.Delivered(
            invocation.requestId(), environment.pid(), Happening.text(invocation.event())));
  }

  void answered(Environment environment, Answer answer) {
    listener.accept(
        new Happening.Answered(
            answer.requestId(),
            environment.pid(),
            Happening.text(answer.payload()),
            answer instanceof Answer.FunctionError error ? error.errorType() : null,
            Happening.ms(answer.took())));
  }
}

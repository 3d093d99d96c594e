package io.imagenlambda.quota;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.Wiring;
import io.imagenlambda.event.QueueFunction;
import io.imagenlambda.event.QueueFunction.Delivered;
import io.imagenlambda.provider.Provider;
import io.imagenlambda.queue.ScriptedSqs;
import io.imagenlambda.queue.Sqs;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.SqsClient;

/** One process of the function, for one invocation at a time. */
final class FunctionProcess {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final VirtualTime time;
  private final QueueFunction function;
  private final String name;
  private final Instant ends;
  private int invocations;
  private Instant usedAt;

  private FunctionProcess(VirtualTime time, QueueFunction function, String name, Instant ends) {
    this.time = time;
    this.function = function;
    this.name = name;
    this.ends = ends;
    this.usedAt = time.instant();
  }

  /** Starts processes that have nothing in common but time, settings and whom they call. */
  static final class Starter {
    private final VirtualTime time;
    private final Provider provider;
    private final InMemoryS3 s3 = new InMemoryS3();
    private final ObjectMapper mapper = Wiring.mapper();
    private final Settings settings;
    private int started;

    Starter(VirtualTime time, Scenario scenario, Provider provider) {
      this.time = time;
      this.provider = provider;
      this.settings =
          TestSettings.of(
              "IMAGEN_CONCURRENCY",
              Integer.toString(scenario.batch()),
              "IMAGEN_TIMEOUT",
              "9m",
              "IMAGEN_MAX_IMAGE_BYTES",
              "100000",
              "IMAGEN_URL_STYLE",
              "cdn",
              "IMAGEN_CDN_BASE_URL",
              "https://cdn.example.com",
              "IMAGEN_LOG_JSON",
              "false",
              "DEAD_LETTER_QUEUE_URL",
              WaitingMessages.DEAD);
    }

    /** Starts one that Lambda ends after so long. */
    FunctionProcess start(SqsClient queue, Duration life) {
      Wiring wiring =
          s3.under(new Wiring())
              .with(Clock.class, time)
              .with(Settings.class, settings)
              .with(ObjectMapper.class, mapper)
              .with(Sqs.class, ScriptedSqs.sqs(queue))
              .with(Provider.class, provider);
      return new FunctionProcess(
          time,
          new QueueFunction(wiring, WaitingMessages.ARN),
          "process-" + ++started,
          time.instant().plus(life));
    }
  }

  /** When Lambda ends it. */
  Instant ends() {
    return ends;
  }

  /** When it was used last. */
  Instant usedAt() {
    return usedAt;
  }

  /** The ids of the messages that are to come again. */
  List<String> invoke(List<Delivered> messages) {
    Invocation invocation =
        Invocation.begun(
            name + "-" + ++invocations, Optional.of(name), "sqs", Deadline.in(TIMEOUT, time, time));
    return function.deliver(messages, invocation);
  }

  /** An invocation has ended. */
  void used() {
    usedAt = time.instant();
  }
}

package io.imagenlambda.lab.trigger;

import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.timeline.LabEvent;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The triggers of the function: queues, bucket notifications and schedule. */
public final class Triggers implements AutoCloseable {
  /** The services that the triggers use, and the listener for deliveries of messages. */
  public record Services(
      S3Client s3,
      String bucket,
      SqsClient sqs,
      Function<String, URI> queueUrls,
      String region,
      String account,
      Consumer<LabEvent> listener) {}

  /**
   * Of what is under this prefix the bucket sends no events: the stack's sends those of in/ only.
   */
  public static final String NO_REQUESTS = "references/";

  private final Services services;
  private final RequestQueue queue;
  private final RequestQueue fifoQueue;
  private final AsyncInvocations asynchronous;
  private final Schedule schedule;
  private final Deque<Runnable> closers = new ArrayDeque<>();
  private final AtomicLong sequence = new AtomicLong(System.currentTimeMillis() << 16);

  public Triggers(Services services, LambdaFunction function, TriggerOptions options) {
    this.services = services;
    DeliveryLog deliveries = new DeliveryLog(services.listener());
    this.queue = queue("requests", "", deliveries);
    this.fifoQueue = queue("requests", ".fifo", deliveries);
    this.asynchronous = new AsyncInvocations(function, options.asyncRetryDelay());
    this.schedule =
        new Schedule(asynchronous, services.region(), services.account(), options.scheduleEvery());
    closers.push(schedule::close);
    if (options.polling()) {
      poll(queue, options, function, deliveries);
      poll(fifoQueue, options.pollers(1), function, deliveries);
    }
    switch (options.notifications()) {
      case OFF -> {}
      case TO_QUEUE ->
          watch(object -> {
            var _ = queue.send(event(object));
          });
      case TO_FUNCTION ->
          watch(object -> {
            var _ = asynchronous.invoke(event(object));
          });
    }
  }

  private RequestQueue queue(String name, String suffix, DeliveryLog deliveries) {
    return new RequestQueue(
        services.sqs(),
        name + suffix,
        services.queueUrls().apply(name + suffix),
        services.queueUrls().apply(name + "-dlq" + suffix),
        deliveries);
  }

  private void poll(
      RequestQueue polled,
      TriggerOptions options,
      LambdaFunction function,
      DeliveryLog deliveries) {
    closers.push(new QueuePoller(services.sqs(), polled, function, options, deliveries)::close);
  }

  private void watch(Consumer<S3Object> onObject) {
    closers.push(
        new BucketNotifications(
                services.s3(),
                services.bucket(),
                object -> {
                  if (!object.key().startsWith(NO_REQUESTS)) {
                    onObject.accept(object);
                  }
                })
            ::close);
  }

  private String event(S3Object object) {
    return S3Event.of(services.region(), services.bucket(), object, sequence.incrementAndGet());
  }

  /** {@code requests}. */
  public RequestQueue queue() {
    return queue;
  }

  /** {@code requests.fifo}. */
  public RequestQueue fifoQueue() {
    return fifoQueue;
  }

  /** Lambda's asynchronous invocation of the function; completes with the last answer. */
  public CompletableFuture<Answer> invokeLater(String event) {
    return asynchronous.invoke(event);
  }

  public Schedule schedule() {
    return schedule;
  }

  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }
}

package io.imagenlambda.chaos;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** One run: a storm of requests and faults, a calm in which all comes to its end, and the audit. */
final class Chaos {
  /** What comes of an abandoned claim is known soon after: it holds for so long, and a little. */
  private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(12);

  private static final String PREDICT_TIMEOUT = "PT3S";
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final Plan plan;
  private final int senders;
  private final Consumer<String> progress;
  private final Witness witness = new Witness();
  private final Answers answers = new Answers();

  /**
   * Prepares a run.
   *
   * @param senders how many send at a time; there is a process for each, and a few more for the
   *     queues
   */
  Chaos(Plan plan, int senders, Consumer<String> progress) {
    this.plan = plan;
    this.senders = senders;
    this.progress = progress;
  }

  Summary run() throws InterruptedException {
    S3Weather weather = new S3Weather(plan.seed());
    try (StormyS3 s3 = new StormyS3(weather);
        Lab lab = Lab.start(options(s3))) {
      s3.relayTo(lab.s3Endpoint());
      lab.function().onEvent(witness::see);
      lab.predict().journal().onEvent(witness::see);
      lab.function().start();
      Sender sender = new Sender(lab, answers);
      Books books = new Books(lab, plan);
      int kills = storm(lab, sender);
      weather.calm();
      calm(lab, sender, books);
      lab.function().awaitBusy(0, LONGEST_WAIT);
      progress.accept("auditing");
      Map<String, Account> accounts = books.accounts(answers, witness.crashed());
      List<Audit.Imbalance> imbalances =
          Audit.of(accounts.values(), books.strangers(), books.waiting());
      return new Summary(accounts.values(), imbalances)
          .plan(plan)
          .function(lab, witness, kills)
          .s3(weather)
          .books(answers);
    }
  }

  private LabOptions options(StormyS3 s3) {
    int pollers = Math.max(2, senders / 2);
    return LabOptions.forTests()
        .concurrency(senders + pollers + 1)
        .timeout(FUNCTION_TIMEOUT)
        .env("AWS_ENDPOINT_URL_S3", s3.endpoint().toString())
        .env("IMAGEN_TIMEOUT", PREDICT_TIMEOUT)
        .env("IMAGEN_CONCURRENCY", "10")
        .triggers(TriggerOptions.ON.pollers(pollers).redeliveryDelay(Duration.ofSeconds(1)));
  }

  /** Sends everything, and waits until the queues have nothing more to do; returns the kills. */
  private int storm(Lab lab, Sender sender) throws InterruptedException {
    try (Reaper reaper = new Reaper(plan.kills(), witness)) {
      send(plan.sendings(), sender);
      progress.accept("all is sent; waiting for the queues");
      awaitQueues(lab);
      return reaper.kills();
    }
  }

  private void send(List<Parcel> parcels, Sender sender) throws InterruptedException {
    ConcurrentLinkedQueue<Parcel> left = new ConcurrentLinkedQueue<>(parcels);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done =
          IntStream.range(0, senders)
              .<Future<?>>mapToObj(_ ->
                  threads.submit(() -> {
                    for (Parcel next = left.poll(); next != null; next = left.poll()) {
                      sender.send(next);
                      tell(parcels.size() - left.size(), parcels.size());
                    }
                    return null;
                  }))
              .toList();
      for (Future<?> each : done) {
        join(each);
      }
    }
  }

  private void tell(int sent, int all) {
    if (sent % 250 == 0) {
      progress.accept("%d of %d are sent".formatted(sent, all));
    }
  }

  private static void join(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The operator redrives what is dead, and senders without a result send once more. */
  private void calm(Lab lab, Sender sender, Books books) throws InterruptedException {
    Instant end = Instant.now().plus(LONGEST_WAIT);
    List<Order> open = open(books);
    while (!open.isEmpty() && Instant.now().isBefore(end)) {
      progress.accept("%d are without a result; redriving, sending again".formatted(open.size()));
      queues(lab).forEach(RequestQueue::redrive);
      Set<Order> orders = Set.copyOf(open);
      send(
          plan.parcels().stream()
              .filter(parcel -> parcel.trigger().hasASenderWhoRepeats())
              .filter(parcel -> orders.contains(parcel.order()))
              .toList(),
          sender);
      awaitQueues(lab);
      open = open(books);
    }
  }

  private List<Order> open(Books books) {
    Set<String> ended = books.ended();
    return plan.orders().stream()
        .filter(order -> order.mishap() != Mishap.NO_REQUEST)
        .filter(order -> !ended.contains(order.id()))
        .toList();
  }

  /** What is left after so long is the audit's. */
  private void awaitQueues(Lab lab) {
    for (RequestQueue queue : queues(lab)) {
      try {
        queue.awaitEmpty(LONGEST_WAIT);
      } catch (IllegalStateException late) {
        progress.accept(String.valueOf(late.getMessage()));
      }
    }
  }

  private static List<RequestQueue> queues(Lab lab) {
    return List.of(lab.queue(), lab.fifoQueue());
  }
}

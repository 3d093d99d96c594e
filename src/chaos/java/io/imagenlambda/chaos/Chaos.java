package io.imagenlambda.chaos;

import io.imagenlambda.chaos.OutcomeCollector.Watched;
import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.Plan.Submission;
import io.imagenlambda.chaos.Sender.Responses;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.SmallTmp;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
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

/**
 * One run: all requests are sent while S3 and processes fail, then all unfinished ones are sent
 * again without faults, and at last the audit.
 */
final class Chaos {
  /**
   * As short as a brownout of S3 allows, because the claim of a killed process is only free again a
   * little after this time.
   */
  private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(30);

  /** Room for the images of one request with large ones, and for no more. */
  private static final int TMP_MEGABYTES = 3;

  private static final String PREDICT_TIMEOUT = "PT3S";

  /** Shorter than a slow call: what takes longer goes on after its answer. */
  private static final String PATIENCE = "1s";

  /** A message about an uploaded object comes a moment after the upload. */
  private static final Duration UNTIL_NOTIFIED = Duration.ofSeconds(2);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final Plan plan;
  private final int senders;
  private final boolean repeats;
  private final boolean smallTmp = SmallTmp.isPossible();
  private final Consumer<String> progress;
  private final S3FaultInjector s3Faults;
  private final SqsFaultInjector sqsFaults;
  private final EventRecorder recorder = new EventRecorder();
  private final Responses responses = new Responses();

  /**
   * Prepares a run.
   *
   * @param senders how many submissions are sent at the same time. The function has a process for
   *     each, and a few more for the queues
   * @param repeats whether the function repeats a call that may have been charged
   */
  Chaos(Plan plan, int senders, boolean repeats, Consumer<String> progress) {
    this.plan = plan;
    this.senders = senders;
    this.repeats = repeats;
    this.progress = progress;
    this.s3Faults = new S3FaultInjector(plan.seed(), InstantSource.system());
    this.sqsFaults = new SqsFaultInjector(plan.seed());
  }

  Summary run() throws InterruptedException {
    try (FaultyS3 s3 = new FaultyS3(s3Faults);
        FaultySqs sqs = new FaultySqs(sqsFaults);
        Lab lab = Lab.start(options(s3, sqs))) {
      s3.forwardTo(lab.s3Endpoint());
      sqs.forwardTo(lab.queueUrl("requests"));
      lab.function().onEvent(recorder::record);
      lab.predict().journal().onEvent(recorder::record);
      lab.function().start();
      Sender sender = new Sender(lab, responses);
      OutcomeCollector outcomes = new OutcomeCollector(lab, plan);
      Lifecycle lifecycle = new Lifecycle(s3.stored(), outputOf(lab), plan.seed());
      int kills = sendUnderFaults(lab, sender, lifecycle);
      s3Faults.stop();
      sqsFaults.stop();
      settle(lab, sender, outcomes, lifecycle);
      lab.function().awaitBusy(0, LONGEST_WAIT);
      awaitQueues(lab); // what an invocation has sent or given back at its end
      progress.accept("auditing");
      Map<String, RequestOutcome> collected =
          outcomes.collect(
              new Watched(
                  s3.stored(),
                  lifecycle,
                  responses,
                  recorder.crashes(),
                  s3Faults.idsInBrownouts()));
      List<Audit.Violation> violations =
          Audit.of(collected.values(), outcomes.unknownNames(), outcomes.messagesLeft(), repeats);
      return new Summary(collected.values(), violations)
          .plan(plan, repeats)
          .temporaryFiles(smallTmp ? TMP_MEGABYTES + " MB" : "not limited: no mount")
          .function(lab, recorder, kills)
          .quota(outcomes.callsOverQuota())
          .s3(s3Faults)
          .lifecycle(lifecycle)
          .sqs(sqsFaults)
          .outcomes(responses);
    }
  }

  private static Lifecycle.Bucket outputOf(Lab lab) {
    return new Lifecycle.Bucket() {
      @Override
      public byte[] read(String key) {
        return lab.s3()
            .getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key(key))
            .asByteArrayUnsafe();
      }

      @Override
      public void delete(String key) {
        var _ = lab.s3().deleteObject(delete -> delete.bucket(Lab.OUTPUT_BUCKET).key(key));
      }
    };
  }

  private LabOptions options(FaultyS3 s3, FaultySqs sqs) {
    int pollers = Math.max(2, senders / 2);
    return LabOptions.forTests()
        .concurrency(senders + pollers + 1)
        .tmpMegabytes(smallTmp ? TMP_MEGABYTES : 0)
        .timeout(FUNCTION_TIMEOUT)
        .env("AWS_ENDPOINT_URL_S3", s3.endpoint().toString())
        .env("AWS_ENDPOINT_URL_SQS", sqs.endpoint().toString())
        .env("IMAGEN_TIMEOUT", PREDICT_TIMEOUT)
        .env("IMAGEN_HTTP_PATIENCE", PATIENCE)
        .env("IMAGEN_CONCURRENCY", "10")
        .env("IMAGEN_REPEAT_UNKNOWN", Boolean.toString(repeats))
        .triggers(
            TriggerOptions.ON
                .pollers(pollers)
                .redeliveryDelay(Duration.ofSeconds(1))
                .mishaps(sqsFaults::nextMishap));
  }

  /**
   * Sends everything and waits until the queues are empty. Returns how many processes it killed.
   */
  private int sendUnderFaults(Lab lab, Sender sender, Lifecycle lifecycle)
      throws InterruptedException {
    int third = plan.requests().size() / 3;
    try (ProcessKiller killer = new ProcessKiller(plan.kills(), recorder);
        Outage _ = new Outage(lab.predict(), recorder, third);
        Lifecycle _ = lifecycle.start()) {
      send(plan.sendSequence(), sender);
      progress.accept("all is sent; waiting for the queues");
      awaitQueues(lab);
      progress.accept("sending some again");
      send(plan.lateRepeats(), sender);
      awaitQueues(lab);
      return killer.kills();
    }
  }

  private void send(List<Submission> submissions, Sender sender) throws InterruptedException {
    ConcurrentLinkedQueue<Submission> left = new ConcurrentLinkedQueue<>(submissions);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done =
          IntStream.range(0, senders)
              .<Future<?>>mapToObj(_ ->
                  threads.submit(() -> {
                    for (Submission next = left.poll(); next != null; next = left.poll()) {
                      sender.send(next);
                      logProgress(submissions.size() - left.size(), submissions.size());
                    }
                    return null;
                  }))
              .toList();
      for (Future<?> each : done) {
        join(each);
      }
    }
    Thread.sleep(UNTIL_NOTIFIED);
  }

  private void logProgress(int sent, int all) {
    if (sent % 250 == 0) {
      progress.accept("%d of %d sent".formatted(sent, all));
    }
  }

  private static void join(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Redrives dead letters, as an operator would, and sends requests without a result again. */
  private void settle(Lab lab, Sender sender, OutcomeCollector outcomes, Lifecycle lifecycle)
      throws InterruptedException {
    Instant end = Instant.now().plus(LONGEST_WAIT);
    // Twice: a message that is on its way to the dead-letter queue is in none for a moment.
    for (int i = 0; i < 2; i++) {
      queues(lab).forEach(RequestQueue::redrive);
      awaitQueues(lab);
    }
    // AWS gives up an upload's event after three failures, and then nobody is told of its lines.
    send(plan.submissions().stream().filter(this::isContested).toList(), sender);
    awaitQueues(lab);
    List<PlannedRequest> unfinished = unfinished(outcomes, lifecycle);
    while (!unfinished.isEmpty() && Instant.now().isBefore(end)) {
      progress.accept(
          "%d are without a result or dead, such as %s; redriving, sending again"
              .formatted(unfinished.size(), unfinished.getFirst().name()));
      queues(lab).forEach(RequestQueue::redrive);
      Set<PlannedRequest> toSend = Set.copyOf(unfinished);
      send(
          plan.submissions().stream()
              .filter(submission -> submission.trigger().senderRetries())
              .filter(submission -> toSend.contains(submission.request()))
              .toList(),
          sender);
      awaitQueues(lab);
      unfinished = unfinished(outcomes, lifecycle);
    }
  }

  /** Whether it is a manifest with a line whose id another request wants, too. */
  private boolean isContested(Submission submission) {
    return submission.trigger() == Trigger.MANIFEST
        && submission.requests().stream().map(PlannedRequest::id).anyMatch(plan::isContested);
  }

  /**
   * The requests without a result, and those with a dead message; unless another request has their
   * id.
   */
  private List<PlannedRequest> unfinished(OutcomeCollector outcomes, Lifecycle lifecycle) {
    Set<String> ended = new HashSet<>(outcomes.requestsWithResult());
    ended.addAll(outcomes.forgottenRequests(lifecycle));
    Set<String> dead = outcomes.dead();
    return plan.requests().stream()
        .filter(request -> !request.isInvalid())
        .filter(request ->
            !ended.contains(request.id())
                || (dead.contains(request.name()) && !plan.isContested(request.id())))
        .toList();
  }

  /**
   * Until all are empty at one moment: work that goes on after its answer may fill the first again.
   * Waits no longer than {@link #LONGEST_WAIT}. The audit reports what is left then.
   */
  private void awaitQueues(Lab lab) {
    Instant end = Instant.now().plus(LONGEST_WAIT);
    do {
      for (RequestQueue queue : queues(lab)) {
        try {
          queue.awaitEmpty(Duration.between(Instant.now(), end));
        } catch (IllegalStateException late) {
          progress.accept(String.valueOf(late.getMessage()));
        }
      }
    } while (!queues(lab).stream().allMatch(queue -> queue.state().isDrained())
        && Instant.now().isBefore(end));
  }

  private static List<RequestQueue> queues(Lab lab) {
    return List.of(lab.queue(), lab.fifoQueue());
  }
}

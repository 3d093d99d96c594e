package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;

/**
 * What is sent, in which order and how often, what goes wrong with each request, and when processes
 * are killed. The same seed gives the same plan. The timing depends on the machine, and with it
 * which call of S3 gets which fault.
 */
final class Plan {
  private static final int REQUESTS_PER_KILL = 40;
  private static final int MIN_KILLS = 3;
  private static final int MAX_MANIFEST_LINES = 12;

  /**
   * The kill of a process.
   *
   * @param afterCalls how many calls the predict API has had before it
   * @param later how long to wait after that
   * @param busyProcess selects one of the busy processes: any number, taken modulo their count
   */
  record Kill(int afterCalls, Duration later, int busyProcess) {}

  /**
   * One request of the plan.
   *
   * @param id its prompt begins with it, so that the simulator's journal shows whose call it was
   */
  record PlannedRequest(String id, Trigger trigger, Scenario scenario) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The request with its id. */
    ObjectNode json() {
      ObjectNode json = JSON.createObjectNode().put("id", id);
      json.setAll(jsonWithoutId());
      return json;
    }

    /** The request as a sender writes it who leaves the id to the event. */
    ObjectNode jsonWithoutId() {
      ObjectNode json =
          JSON.createObjectNode()
              .put("prompt", "%s of a harbour [size:2KB]%s".formatted(id, scenario.marker()));
      json.putObject("parameters").put("sampleCount", scenario.samples());
      if (scenario == Scenario.INVALID_REQUEST) {
        json.put("size", "2K"); // an unknown field, so the function refuses it
      }
      return json;
    }
  }

  /**
   * What is sent at once: one request, or all lines of a manifest.
   *
   * @param number counted from 0; the objects that are uploaded are named after it
   */
  record Submission(int number, Trigger trigger, List<PlannedRequest> requests) {
    Submission {
      requests = List.copyOf(requests);
    }

    /** The only request, for all triggers but a manifest. */
    PlannedRequest request() {
      return requests.getFirst();
    }

    /** The key of the object that is uploaded. */
    String key() {
      return "p%d.%s".formatted(number, trigger == Trigger.MANIFEST ? "jsonl" : "json");
    }
  }

  private final long seed;
  private final List<PlannedRequest> requests = new ArrayList<>();
  private final List<Submission> submissions = new ArrayList<>();
  private final List<Submission> sendSequence = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();

  private Plan(long seed) {
    this.seed = seed;
  }

  static Plan of(int count, long seed) {
    Plan plan = new Plan(seed);
    Random random = new Random(seed);
    while (plan.requests.size() < count) {
      plan.addSubmission(count - plan.requests.size(), random);
    }
    plan.addSendSequence(random);
    plan.addKills(count, random);
    return plan;
  }

  private void addSubmission(int maxRequests, Random random) {
    Trigger trigger = any(Trigger.values(), Trigger::weight, random);
    int size =
        trigger == Trigger.MANIFEST
            ? Math.min(maxRequests, 2 + random.nextInt(MAX_MANIFEST_LINES - 1))
            : 1;
    List<PlannedRequest> own = new ArrayList<>();
    while (own.size() < size) {
      Scenario scenario = any(Scenario.values(), Scenario::weight, random);
      boolean invalid = scenario == Scenario.INVALID_REQUEST;
      if (!invalid || canCarryInvalidRequest(trigger)) {
        own.add(
            new PlannedRequest("c%06d".formatted(requests.size() + own.size()), trigger, scenario));
      }
    }
    requests.addAll(own);
    submissions.add(new Submission(submissions.size(), trigger, own));
  }

  /** Whether an invalid request with this trigger can be distinguished from a lost one. */
  private static boolean canCarryInvalidRequest(Trigger trigger) {
    return trigger.rejectsAtOnce() || trigger == Trigger.QUEUE || trigger == Trigger.MANIFEST;
  }

  /** One in five is sent twice: half of them twice in a row, the others at any two times. */
  private void addSendSequence(Random random) {
    List<Submission> anywhere = new ArrayList<>(submissions);
    List<Submission> atOnce = new ArrayList<>();
    for (Submission submission : submissions) {
      switch (random.nextInt(10)) {
        case 0 -> anywhere.add(submission);
        case 1 -> atOnce.add(submission);
        default -> {}
      }
    }
    Collections.shuffle(anywhere, random);
    for (Submission submission : anywhere) {
      sendSequence.add(submission);
      if (atOnce.remove(submission)) {
        sendSequence.add(submission);
      }
    }
  }

  private void addKills(int requestCount, Random random) {
    int count = Math.max(MIN_KILLS, requestCount / REQUESTS_PER_KILL);
    for (int i = 0; i < count; i++) {
      int afterCalls = 1 + (int) (0.9 * requestCount * (i + random.nextDouble()) / count);
      Duration later = Duration.ofMillis(random.nextInt(400));
      kills.add(new Kill(afterCalls, later, random.nextInt(1000)));
    }
  }

  private static <T> T any(T[] all, ToIntFunction<T> weight, Random random) {
    int sum = List.of(all).stream().mapToInt(weight).sum();
    int left = random.nextInt(sum);
    for (T one : all) {
      left -= weight.applyAsInt(one);
      if (left < 0) {
        return one;
      }
    }
    throw new AssertionError("the weights add up to the sum");
  }

  long seed() {
    return seed;
  }

  List<PlannedRequest> requests() {
    return requests;
  }

  /** In the order of their numbers. */
  List<Submission> submissions() {
    return submissions;
  }

  /** The submissions in the order in which they are sent, some of them twice. */
  List<Submission> sendSequence() {
    return sendSequence;
  }

  List<Kill> kills() {
    return kills;
  }
}

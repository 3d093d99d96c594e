package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
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

  /** Another request wants the id of one in so many. */
  private static final int RIVAL_EVERY = 12;

  /**
   * The kill of a process.
   *
   * @param afterCalls how many calls the provider has had before it
   * @param later how long to wait after that
   * @param busyProcess selects one of the busy processes: any number, taken modulo their count
   */
  record Kill(int afterCalls, Duration later, int busyProcess) {}

  /**
   * One request of the plan.
   *
   * @param name its prompt begins with it, so that the simulator's journal shows whose call it was
   * @param id the id that it is sent with: its name, or that of another request
   */
  record PlannedRequest(String name, String id, Trigger trigger, Scenario scenario) {
    /** The metadata with the name, by which its result and images are known. */
    static final String NAME = "name";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A request with an id of its own. */
    PlannedRequest(String name, Trigger trigger, Scenario scenario) {
      this(name, name, trigger, scenario);
    }

    boolean isInvalid() {
      return scenario == Scenario.INVALID_REQUEST;
    }

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
              .put(
                  "prompt",
                  "%s of a harbour %s%s".formatted(name, scenario.size(), scenario.marker()));
      if (!scenario.model().isEmpty()) {
        json.put("model", scenario.model());
      }
      json.putObject("parameters").put("sampleCount", scenario.samples());
      json.putObject("metadata").put(NAME, name);
      if (isInvalid()) {
        json.put("size", "2K"); // an unknown field, so the function refuses it
      }
      return json;
    }
  }

  /**
   * What is sent at once: one request, or all lines of a manifest.
   *
   * @param number counted from 0; the objects that are uploaded are named after it
   * @param withIds whether the lines of an object name their ids
   */
  record Submission(int number, Trigger trigger, List<PlannedRequest> requests, boolean withIds) {
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
  private final List<Submission> lateRepeats = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();

  /** Requests whose id another one will want. */
  private final Queue<PlannedRequest> contested = new ArrayDeque<>();

  /** The lines of the last manifest with ids, unless it was edited already. */
  private List<PlannedRequest> lastWithIds = List.of();

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
    plan.addKills(random);
    return plan;
  }

  private void addSubmission(int maxRequests, Random random) {
    Trigger trigger = any(Trigger.values(), Trigger::weight, random);
    switch (trigger) {
      case MANIFEST -> addManifest(maxRequests, random);
      case HTTP, HTTP_LATER, QUEUE, INVOKE ->
          add(trigger, List.of(single(trigger, random)), true, random);
      case FIFO, OBJECT, SCHEDULE, INVOKE_LATER ->
          add(trigger, List.of(next(trigger, random)), trigger != Trigger.OBJECT, random);
    }
  }

  private void add(Trigger trigger, List<PlannedRequest> own, boolean withIds, Random random) {
    submissions.add(new Submission(submissions.size(), trigger, own, withIds));
    own.stream()
        .filter(request -> withIds && !request.isInvalid())
        .filter(_ -> random.nextInt(RIVAL_EVERY) == 0)
        .forEach(contested::add);
  }

  /** A request, which may want the id of an earlier one. Its sender is told who has the id. */
  private PlannedRequest single(Trigger trigger, Random random) {
    return contested.isEmpty() || random.nextBoolean()
        ? next(trigger, random)
        : rival(contested.remove(), trigger, random);
  }

  private PlannedRequest next(Trigger trigger, Random random) {
    PlannedRequest request = new PlannedRequest(nextName(), trigger, scenario(trigger, random));
    requests.add(request);
    return request;
  }

  /** Another request that is sent with the same id. */
  private PlannedRequest rival(PlannedRequest of, Trigger trigger, Random random) {
    PlannedRequest request =
        new PlannedRequest(nextName(), of.id(), trigger, scenario(trigger, random));
    requests.add(request);
    return request;
  }

  private String nextName() {
    return "c%06d".formatted(requests.size());
  }

  private static Scenario scenario(Trigger trigger, Random random) {
    while (true) {
      Scenario scenario = any(Scenario.values(), Scenario::weight, random);
      if (scenario != Scenario.INVALID_REQUEST || canCarryInvalidRequest(trigger)) {
        return scenario;
      }
    }
  }

  /** A new manifest, or the last one with ids as it is after somebody has edited it. */
  private void addManifest(int maxRequests, Random random) {
    List<PlannedRequest> edited =
        lastWithIds.size() > maxRequests || random.nextBoolean() ? List.of() : lastWithIds;
    List<PlannedRequest> own = new ArrayList<>();
    for (PlannedRequest line : edited) {
      own.add(random.nextBoolean() ? line : rival(line, Trigger.MANIFEST, random));
    }
    boolean withIds = !own.isEmpty() || random.nextBoolean();
    int size = Math.min(maxRequests, 2 + random.nextInt(MAX_MANIFEST_LINES - 1));
    while (edited.isEmpty() && own.size() < size) {
      own.add(next(Trigger.MANIFEST, random));
    }
    lastWithIds =
        withIds && edited.isEmpty()
            ? own.stream().filter(line -> !line.isInvalid()).toList()
            : List.of();
    add(Trigger.MANIFEST, own, withIds, random);
  }

  /** Whether an invalid request with this trigger can be distinguished from a lost one. */
  private static boolean canCarryInvalidRequest(Trigger trigger) {
    return trigger.rejectsAtOnce() || trigger == Trigger.QUEUE || trigger == Trigger.MANIFEST;
  }

  /** Three in ten are sent twice: twice in a row, at any two times, or at the very end. */
  private void addSendSequence(Random random) {
    List<Submission> anywhere = new ArrayList<>(submissions);
    List<Submission> atOnce = new ArrayList<>();
    for (Submission submission : submissions) {
      switch (random.nextInt(10)) {
        case 0 -> anywhere.add(submission);
        case 1 -> atOnce.add(submission);
        case 2 -> lateRepeats.add(submission);
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

  private void addKills(Random random) {
    int count = Math.max(MIN_KILLS, requests.size() / REQUESTS_PER_KILL);
    int calls =
        requests.stream()
            .map(PlannedRequest::scenario)
            .mapToInt(scenario -> scenario.paid() + scenario.refused())
            .sum();
    for (int i = 0; i < count; i++) {
      int afterCalls = 1 + (int) (0.9 * calls * (i + random.nextDouble()) / count);
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

  /** Whether several requests want that id. */
  boolean isContested(String id) {
    return requests.stream()
        .anyMatch(request -> request.id().equals(id) && !request.name().equals(id));
  }

  /** In the order of their numbers. */
  List<Submission> submissions() {
    return submissions;
  }

  /** The submissions in the order in which they are sent, some of them twice. */
  List<Submission> sendSequence() {
    return sendSequence;
  }

  /** What is sent again when all else has ended. */
  List<Submission> lateRepeats() {
    return lateRepeats;
  }

  List<Kill> kills() {
    return kills;
  }
}

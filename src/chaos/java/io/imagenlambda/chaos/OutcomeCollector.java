package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.RequestOutcome.Result;
import io.imagenlambda.chaos.Sender.Responses;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.trigger.RequestQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Collects what became of each request: from the bucket, the simulator's journal and the queues.
 */
final class OutcomeCollector {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern REQUEST_ID = Pattern.compile("c\\d{6}");

  /** The id that the function makes from the key of an uploaded object and the line in it. */
  private static final Pattern UPLOADED =
      Pattern.compile(
          "p(\\d+)\\.jsonl?-\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}-(\\d+)");

  private final Lab lab;
  private final Plan plan;
  private final Set<String> unknownIds = new TreeSet<>();

  OutcomeCollector(Lab lab, Plan plan) {
    this.lab = lab;
    this.plan = plan;
  }

  /** What is in one folder of the bucket. */
  private record Folder(
      String requestId, List<Result> results, Map<String, String> images, Set<String> owners) {}

  /**
   * The outcome of every request of the plan, by its id.
   *
   * @param crashed the AWS request ids of the invocations whose process died
   * @param inBrownouts the ids of the folders of which a call failed in a brownout of S3
   */
  Map<String, RequestOutcome> collect(
      Responses responses, Set<String> crashed, Set<String> inBrownouts) {
    Set<String> brownedOut =
        inBrownouts.stream().map(this::requestIdOf).collect(Collectors.toSet());
    Map<String, List<Folder>> folders =
        keys().entrySet().parallelStream()
            .map(entry -> folder(requestIdOf(entry.getKey()), entry.getValue()))
            .collect(Collectors.groupingBy(Folder::requestId));
    Map<String, List<RequestOutcome.PredictCall>> calls = calls();
    Set<String> dead = dead();
    Map<String, RequestOutcome> outcomes = new LinkedHashMap<>();
    for (PlannedRequest request : plan.requests()) {
      String id = request.id();
      List<Folder> itsFolders = folders.getOrDefault(id, List.of());
      Map<String, String> images = new HashMap<>();
      itsFolders.forEach(folder -> images.putAll(folder.images()));
      outcomes.put(
          id,
          new RequestOutcome(
              request,
              itsFolders.stream().flatMap(folder -> folder.results().stream()).toList(),
              images,
              calls.getOrDefault(id, List.of()),
              responses.results(id),
              responses.isRefused(id),
              dead.contains(id),
              itsFolders.stream()
                  .flatMap(folder -> folder.owners().stream())
                  .anyMatch(crashed::contains),
              brownedOut.contains(id)));
    }
    Stream.of(folders.keySet(), calls.keySet(), dead)
        .flatMap(Set::stream)
        .filter(id -> !outcomes.containsKey(id))
        .forEach(unknownIds::add);
    return outcomes;
  }

  /** The ids that {@link #collect} found and that are not in the plan. */
  Set<String> unknownIds() {
    return unknownIds;
  }

  /** How many messages are left in the queues, without dead letters. */
  int messagesLeft() {
    return Stream.of(lab.queue().state(), lab.fifoQueue().state())
        .mapToInt((RequestQueue.State state) -> state.waiting() + state.inFlight())
        .sum();
  }

  /** The ids of the requests that have a result. */
  Set<String> requestsWithResult() {
    return keys().entrySet().stream()
        .filter(entry -> entry.getValue().stream().anyMatch(key -> key.endsWith("/result.json")))
        .map(entry -> requestIdOf(entry.getKey()))
        .collect(Collectors.toSet());
  }

  /** The keys of the bucket, by the id that they belong to. */
  private Map<String, List<String>> keys() {
    return lab
        .s3()
        .listObjectsV2Paginator(list -> list.bucket(Lab.OUTPUT_BUCKET))
        .contents()
        .stream()
        .map(S3Object::key)
        .collect(Collectors.groupingBy(key -> key.split("/", -1)[1]));
  }

  private String requestIdOf(String id) {
    Matcher uploaded = UPLOADED.matcher(id);
    if (!uploaded.matches()) {
      return id;
    }
    List<PlannedRequest> requests =
        plan.submissions().get(Integer.parseInt(uploaded.group(1))).requests();
    int line = Integer.parseInt(uploaded.group(2));
    return line >= 1 && line <= requests.size() ? requests.get(line - 1).id() : id;
  }

  private Folder folder(String requestId, List<String> keys) {
    List<Result> results = new ArrayList<>();
    Map<String, String> images = new HashMap<>();
    Set<String> owners = new HashSet<>();
    for (String key : keys) {
      byte[] content =
          lab.s3()
              .getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key(key))
              .asByteArrayUnsafe();
      if (key.endsWith("/result.json")) {
        results.add(Result.of(json(content)));
      } else if (!key.endsWith(".json")) {
        images.put("s3://%s/%s".formatted(Lab.OUTPUT_BUCKET, key), sha256(content));
      } else if (key.contains("/claim-")) {
        owners.add(json(content).path("owner").asText());
      }
    }
    return new Folder(requestId, results, images, owners);
  }

  private Map<String, List<RequestOutcome.PredictCall>> calls() {
    Map<String, List<RequestOutcome.PredictCall>> calls = new HashMap<>();
    for (Call call : lab.predict().journal().calls()) {
      calls
          .computeIfAbsent(requestIdIn(call.body()), _ -> new ArrayList<>())
          .add(predictCall(call));
    }
    return calls;
  }

  private static RequestOutcome.PredictCall predictCall(Call call) {
    return new RequestOutcome.PredictCall(
        call.status(), call.served().stream().map(Call.Served::sha256).collect(Collectors.toSet()));
  }

  private Set<String> dead() {
    return Stream.of(lab.queue(), lab.fifoQueue())
        .flatMap(queue -> queue.deadLetters().stream())
        .map(message -> requestIdIn(message.body()))
        .collect(Collectors.toSet());
  }

  /** The request id in a prompt; the whole text where there is none. */
  private static String requestIdIn(String text) {
    Matcher id = REQUEST_ID.matcher(text);
    return id.find() ? id.group() : text;
  }

  private static JsonNode json(byte[] content) {
    try {
      return JSON.readTree(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}

package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.chaos.Lifecycle.Deleted;
import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.RequestOutcome.Result;
import io.imagenlambda.chaos.Sender.Responses;
import io.imagenlambda.chaos.StoredObjects.StoredObject;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.trigger.RequestQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Collects what became of each request: from the bucket, the simulator's journal and the queues.
 */
final class OutcomeCollector {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PROMPT = Pattern.compile("(c\\d{6}) of a harbour");

  /** The id that the function makes from the key of an uploaded object and the line in it. */
  private static final Pattern UPLOADED =
      Pattern.compile(
          "p(\\d+)\\.jsonl?-\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}-(\\d+)");

  private final Lab lab;
  private final Plan plan;
  private final Set<String> unknownNames = new TreeSet<>();

  OutcomeCollector(Lab lab, Plan plan) {
    this.lab = lab;
    this.plan = plan;
  }

  /**
   * What was watched while requests were sent.
   *
   * @param crashed when processes died, by the AWS request ids of their invocations
   * @param inBrownouts the ids of the folders of which a call failed in a brownout of S3
   */
  record Watched(
      StoredObjects stored,
      Lifecycle lifecycle,
      Responses responses,
      Map<String, Instant> crashed,
      Set<String> inBrownouts) {}

  /**
   * What is in one folder of the bucket. It is that of one id, and may have objects of several
   * requests.
   *
   * @param owner the request that objects without a name belong to
   */
  private record Folder(
      String id, String owner, List<Result> results, Map<String, Map<String, String>> images) {}

  /** The outcome of every request of the plan, by its name. */
  Map<String, RequestOutcome> collect(Watched watched) {
    Map<String, Folder> folders =
        keys().entrySet().parallelStream()
            .map(entry -> folder(entry.getKey(), entry.getValue()))
            .collect(Collectors.toMap(Folder::id, Function.identity()));
    Map<String, List<String>> idsOfLines = new HashMap<>();
    for (String id : watched.stored().folders()) {
      if (UPLOADED.matcher(id).matches()) {
        idsOfLines.computeIfAbsent(requestOf(id), _ -> new ArrayList<>()).add(id);
      }
    }
    Map<String, List<Call>> calls = calls();
    Set<String> dead = dead();
    Map<String, RequestOutcome> outcomes = new LinkedHashMap<>();
    for (PlannedRequest request : plan.requests()) {
      String name = request.name();
      List<String> ids =
          Stream.concat(Stream.of(request.id()), idsOfLines.getOrDefault(name, List.of()).stream())
              .toList();
      outcomes.put(
          name,
          outcome(
              request,
              ids,
              ids.stream().map(folders::get).filter(Objects::nonNull).toList(),
              calls.getOrDefault(name, List.of()),
              dead.contains(name),
              watched));
    }
    Stream.of(folders.values().stream().map(Folder::owner), calls.keySet().stream(), dead.stream())
        .flatMap(Function.identity())
        .filter(name -> !outcomes.containsKey(name))
        .forEach(unknownNames::add);
    return outcomes;
  }

  private RequestOutcome outcome(
      PlannedRequest request,
      List<String> ids,
      List<Folder> folders,
      List<Call> calls,
      boolean dead,
      Watched watched) {
    String name = request.name();
    Map<String, String> images = new HashMap<>();
    folders.forEach(folder -> images.putAll(folder.images().getOrDefault(name, Map.of())));
    Map<String, Deleted> deleted = watched.lifecycle().deleted();
    List<Result> results = new ArrayList<>();
    List<Result> deletedResults = new ArrayList<>();
    Set<String> deletedUris = new HashSet<>();
    boolean idTaken = false;
    for (Folder folder : folders) {
      for (Result result : folder.results()) {
        boolean own = owner(result, folder.owner()).equals(name);
        results.addAll(own ? List.of(result) : List.of());
        idTaken |= !own;
      }
    }
    for (String id : ids) {
      Deleted of = deleted.getOrDefault(id, Deleted.NOTHING);
      deletedResults.addAll(of.results());
      deletedUris.addAll(of.uris());
    }
    List<StoredObject> stored =
        ids.stream().flatMap(id -> watched.stored().in(id).stream()).toList();
    List<Instant> deaths =
        stored.stream()
            .map(StoredObject::writer)
            .distinct()
            .flatMap(writer -> Stream.ofNullable(watched.crashed().get(writer)))
            .toList();
    Responses responses = watched.responses();
    return new RequestOutcome(
        request,
        results,
        images,
        calls.stream().map(call -> providerCall(call, deaths)).toList(),
        responses.results(name),
        responses.isRefused(name),
        responses.isConflict(name),
        dead,
        !deaths.isEmpty(),
        ids.stream().anyMatch(watched.inBrownouts()::contains),
        idTaken,
        stored,
        new Deleted(deletedResults, deletedUris));
  }

  private static String owner(Result result, String otherwise) {
    return result.name().isEmpty() ? otherwise : result.name();
  }

  /** What {@link #collect} found that belongs to no request of the plan. */
  Set<String> unknownNames() {
    return unknownNames;
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
        .map(entry -> requestOf(entry.getKey()))
        .collect(Collectors.toSet());
  }

  /** The ids of the requests of which a lifecycle rule has deleted a result. */
  Set<String> forgottenRequests(Lifecycle lifecycle) {
    return lifecycle.deleted().entrySet().stream()
        .filter(entry -> !entry.getValue().results().isEmpty())
        .map(entry -> requestOf(entry.getKey()))
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
        .filter(key -> !key.contains("/_")) // of no id, as how far a manifest is
        .collect(Collectors.groupingBy(key -> key.split("/", -1)[1]));
  }

  /** The id of a request; for an id that was made from an uploaded object, that line's name. */
  private String requestOf(String id) {
    Matcher uploaded = UPLOADED.matcher(id);
    if (!uploaded.matches()) {
      return id;
    }
    List<PlannedRequest> requests =
        plan.submissions().get(Integer.parseInt(uploaded.group(1))).requests();
    int line = Integer.parseInt(uploaded.group(2));
    return line >= 1 && line <= requests.size() ? requests.get(line - 1).name() : id;
  }

  private Folder folder(String id, List<String> keys) {
    String owner = requestOf(id);
    List<Result> results = new ArrayList<>();
    Map<String, Map<String, String>> images = new HashMap<>();
    for (String key : keys) {
      ResponseBytes<GetObjectResponse> object =
          lab.s3().getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key(key));
      byte[] content = object.asByteArrayUnsafe();
      if (key.endsWith("/result.json")) {
        results.add(Result.of(json(content)));
      } else if (!key.endsWith(".json")) {
        images
            .computeIfAbsent(
                object.response().metadata().getOrDefault(PlannedRequest.NAME, owner),
                _ -> new HashMap<>())
            .put("s3://%s/%s".formatted(Lab.OUTPUT_BUCKET, key), sha256(content));
      }
    }
    return new Folder(id, owner, results, images);
  }

  /** Without those that a quota refused: how many there are is chance. */
  private Map<String, List<Call>> calls() {
    return lab.predict().journal().calls().stream()
        .filter(call -> !call.isOverQuota())
        .collect(Collectors.groupingBy(call -> nameIn(call.body())));
  }

  /** How many calls a quota refused. */
  long callsOverQuota() {
    return lab.predict().journal().calls().stream().filter(Call::isOverQuota).count();
  }

  private static RequestOutcome.ProviderCall providerCall(Call call, List<Instant> deaths) {
    return new RequestOutcome.ProviderCall(
        call.arrivedAt(),
        asked(json(call.body().getBytes(UTF_8))),
        call.status(),
        call.served().stream().map(Call.Served::sha256).collect(Collectors.toSet()),
        deaths.stream().anyMatch(death -> isUnderWay(call, death)));
  }

  private static boolean isUnderWay(Call call, Instant at) {
    return !call.arrivedAt().isAfter(at) && call.answeredAt().filter(at::isAfter).isEmpty();
  }

  private static int asked(JsonNode body) {
    return body.has("contents") ? 1 : body.path("parameters").path("sampleCount").asInt();
  }

  /** The names of the requests in dead letters. */
  Set<String> dead() {
    return Stream.of(lab.queue(), lab.fifoQueue())
        .flatMap(queue -> queue.deadLetters().stream())
        .map(message -> nameIn(message.body()))
        .collect(Collectors.toSet());
  }

  /** The name in a prompt; the whole text where there is none. */
  private static String nameIn(String text) {
    Matcher prompt = PROMPT.matcher(text);
    return prompt.find() ? prompt.group(1) : text;
  }

  private static JsonNode json(byte[] content) {
    try {
      return JSON.readTree(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}

package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** Reads the books from outside: the bucket, the simulator's journal, the queues. */
final class Books {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ORDER = Pattern.compile("c\\d{6}");

  /** The id that the function makes of an uploaded object, and of the line in it. */
  private static final Pattern UPLOADED =
      Pattern.compile(
          "p(\\d+)\\.jsonl?-\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}-(\\d+)");

  private final Lab lab;
  private final Plan plan;
  private final Set<String> strangers = new TreeSet<>();

  Books(Lab lab, Plan plan) {
    this.lab = lab;
    this.plan = plan;
  }

  /** What is in one folder of the bucket. */
  private record Folder(
      String order, List<Result> results, Map<String, String> images, Set<String> owners) {}

  /** Everything, by the order's id. */
  Map<String, Account> accounts(Answers answers, Set<String> crashed) {
    Map<String, List<Folder>> folders =
        keys().entrySet().parallelStream()
            .map(entry -> folder(orderOf(entry.getKey()), entry.getValue()))
            .collect(Collectors.groupingBy(Folder::order));
    Map<String, List<Account.Charge>> calls = calls();
    Set<String> dead = dead();
    Map<String, Account> accounts = new LinkedHashMap<>();
    for (Order order : plan.orders()) {
      String id = order.id();
      List<Folder> own = folders.getOrDefault(id, List.of());
      Map<String, String> images = new HashMap<>();
      own.forEach(folder -> images.putAll(folder.images()));
      accounts.put(
          id,
          new Account(
              order,
              own.stream().flatMap(folder -> folder.results().stream()).toList(),
              images,
              calls.getOrDefault(id, List.of()),
              answers.results(id),
              answers.isRefused(id),
              dead.contains(id),
              own.stream()
                  .flatMap(folder -> folder.owners().stream())
                  .anyMatch(crashed::contains)));
    }
    Stream.of(folders.keySet(), calls.keySet(), dead)
        .flatMap(Set::stream)
        .filter(id -> !accounts.containsKey(id))
        .forEach(strangers::add);
    return accounts;
  }

  /** Ids that nobody ordered, after {@link #accounts}. */
  Set<String> strangers() {
    return strangers;
  }

  /** How many messages the queues have left, dead ones aside. */
  int waiting() {
    return Stream.of(lab.queue().state(), lab.fifoQueue().state())
        .mapToInt((RequestQueue.State state) -> state.waiting() + state.inFlight())
        .sum();
  }

  /** The orders that have a result. */
  Set<String> ended() {
    return keys().entrySet().stream()
        .filter(entry -> entry.getValue().stream().anyMatch(key -> key.endsWith("/result.json")))
        .map(entry -> orderOf(entry.getKey()))
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

  private String orderOf(String id) {
    Matcher uploaded = UPLOADED.matcher(id);
    if (!uploaded.matches()) {
      return id;
    }
    List<Order> orders = plan.parcels().get(Integer.parseInt(uploaded.group(1))).orders();
    int line = Integer.parseInt(uploaded.group(2));
    return line >= 1 && line <= orders.size() ? orders.get(line - 1).id() : id;
  }

  private Folder folder(String order, List<String> keys) {
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
    return new Folder(order, results, images, owners);
  }

  private Map<String, List<Account.Charge>> calls() {
    Map<String, List<Account.Charge>> calls = new HashMap<>();
    for (Call call : lab.predict().journal().calls()) {
      calls.computeIfAbsent(orderIn(call.body()), _ -> new ArrayList<>()).add(charge(call));
    }
    return calls;
  }

  private static Account.Charge charge(Call call) {
    return new Account.Charge(
        call.status(), call.served().stream().map(Call.Served::sha256).collect(Collectors.toSet()));
  }

  private Set<String> dead() {
    return Stream.of(lab.queue(), lab.fifoQueue())
        .flatMap(queue -> queue.deadLetters().stream())
        .map(message -> orderIn(message.body()))
        .collect(Collectors.toSet());
  }

  /** An order's id as its prompt begins with it; all of the text where there is none. */
  private static String orderIn(String text) {
    Matcher order = ORDER.matcher(text);
    return order.find() ? order.group() : text;
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

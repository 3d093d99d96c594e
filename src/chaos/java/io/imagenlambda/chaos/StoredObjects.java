package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.lab.Lab;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the function has stored, and when: every PUT that S3 has done. */
final class StoredObjects {
  private static final Pattern PUT = Pattern.compile("PUT /images/images/([^/?]+)/([^/?]+)\\b.*");

  /** The function notes on every image which of its invocations stored it. */
  private static final String WRITER = "x-amz-meta-imagen-aws-request-id";

  private static final Pattern OWNER = Pattern.compile("\"owner\":\"([^\"]+)\"");
  private static final Pattern ENDING = Pattern.compile("\"outcome\":\"([^\"]+)\"");

  /**
   * One PUT.
   *
   * @param writer the AWS request id of the invocation, for an image or a claim; else empty
   * @param ending how a claim has ended; else empty
   */
  record StoredObject(
      String folder, String name, Instant at, String sha256, String writer, String ending) {
    boolean isResult() {
      return name.equals("result.json");
    }

    boolean isImage() {
      return !name.endsWith(".json");
    }

    boolean isClaim() {
      return name.startsWith("claim-");
    }

    String key() {
      return "images/%s/%s".formatted(folder, name);
    }

    String uri() {
      return "s3://%s/%s".formatted(Lab.OUTPUT_BUCKET, key());
    }
  }

  private final Map<String, List<StoredObject>> byFolder = new HashMap<>();

  /** Notes a request that S3 has answered with 200. */
  void add(HttpMessage request, Instant at) {
    Matcher put = PUT.matcher(request.call());
    if (put.matches()) {
      String name = put.group(2);
      String body = name.startsWith("claim-") ? new String(request.body(), UTF_8) : "";
      add(
          new StoredObject(
              put.group(1),
              name,
              at,
              OutcomeCollector.sha256(request.body()),
              request.header(WRITER).orElseGet(() -> field(OWNER, body)),
              field(ENDING, body)));
    }
  }

  private static String field(Pattern pattern, String json) {
    Matcher field = pattern.matcher(json);
    return field.find() ? field.group(1) : "";
  }

  synchronized void add(StoredObject object) {
    byFolder.computeIfAbsent(object.folder(), _ -> new ArrayList<>()).add(object);
  }

  synchronized List<String> folders() {
    return List.copyOf(byFolder.keySet());
  }

  /** All that was stored in a folder, in order. */
  synchronized List<StoredObject> in(String folder) {
    return List.copyOf(byFolder.getOrDefault(folder, List.of()));
  }

  /** What was stored last under each name of a folder. */
  Map<String, StoredObject> newestIn(String folder) {
    Map<String, StoredObject> newest = new LinkedHashMap<>();
    in(folder).forEach(object -> newest.put(object.name(), object));
    return newest;
  }

  /** When the first result was stored. */
  static Optional<Instant> resultAt(List<StoredObject> objects) {
    return objects.stream()
        .filter(StoredObject::isResult)
        .map(StoredObject::at)
        .min(Instant::compareTo);
  }
}

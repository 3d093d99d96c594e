package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.chaos.RequestOutcome.Result;
import io.imagenlambda.chaos.StoredObjects.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Deletes old objects while requests come, as a lifecycle rule of S3 does: each by its own age, in
 * any order. A day is forty seconds here, which is still longer than any invocation.
 *
 * <p>Some requests lose only their claims and {@code request.json}, some all they have. Two things
 * that no real rule does are left out. A request without a result keeps a claim that stands for a
 * call that was or may have been charged: its message comes again within a day. And it keeps its
 * images.
 */
final class Lifecycle implements AutoCloseable {
  /** The bucket, as far as a rule needs it. */
  interface Bucket {
    byte[] read(String key);

    void delete(String key);
  }

  /**
   * What was deleted of a request.
   *
   * @param uris of all objects: {@code s3://bucket/key}
   */
  record Deleted(List<Result> results, Set<String> uris) {
    static final Deleted NOTHING = new Deleted(List.of(), Set.of());
  }

  private enum Rule {
    NONE,
    CLAIMS,
    ALL
  }

  /** Longer than an invocation, and than all differences between clocks. */
  static final Duration MIN_AGE = Duration.ofSeconds(40);

  static final Duration MAX_AGE = Duration.ofSeconds(90);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** How a claim has ended under which nothing was charged. */
  private static final Set<String> UNPAID = Set.of("queued", "withdrawn", "unavailable", "account");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredObjects stored;
  private final Bucket bucket;
  private final long seed;
  private final Map<String, Deleted> deleted = new HashMap<>();
  private final Map<String, Instant> forgotten = new HashMap<>();
  private final Set<StoredObject> gone = new HashSet<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Thread thread;

  /** A rule that is not applied before {@link #start} or {@link #apply}. */
  Lifecycle(StoredObjects stored, Bucket bucket, long seed) {
    this.stored = stored;
    this.bucket = bucket;
    this.seed = seed;
    this.thread = Thread.ofVirtual().name("lifecycle").unstarted(this::run);
  }

  Lifecycle start() {
    thread.start();
    return this;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        apply(Instant.now());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Deletes what is due. */
  synchronized void apply(Instant now) {
    for (String folder : stored.folders()) {
      Rule rule = rule(folder);
      if (rule != Rule.NONE) {
        apply(rule, folder, now);
      }
    }
  }

  private Rule rule(String folder) {
    return switch (new SplittableRandom(seed + folder.hashCode()).nextInt(12)) {
      case 0 -> Rule.ALL;
      case 1, 2, 3, 4 -> Rule.CLAIMS;
      default -> Rule.NONE;
    };
  }

  private void apply(Rule rule, String folder, Instant now) {
    Map<String, StoredObject> newest = stored.newestIn(folder);
    newest.values().removeAll(gone);
    boolean ended = newest.containsKey("result.json");
    for (StoredObject object : newest.values()) {
      boolean covered = rule == Rule.ALL || !(object.isImage() || object.isResult());
      if (covered && isDue(object, now) && (ended || isOfNoUse(object))) {
        delete(object);
      }
    }
  }

  private boolean isDue(StoredObject object, Instant now) {
    long span = MAX_AGE.minus(MIN_AGE).toMillis();
    long more = new SplittableRandom(seed + object.key().hashCode()).nextLong(span);
    return object.at().plus(MIN_AGE).plusMillis(more).isBefore(now);
  }

  /** Whether nobody can pay twice without it, though its request has no result. */
  private boolean isOfNoUse(StoredObject object) {
    Instant forgottenAt = forgotten.get(object.folder());
    if (forgottenAt != null && object.at().isBefore(forgottenAt)) {
      return true;
    }
    if (!object.isClaim()) {
      return !object.isImage();
    }
    JsonNode claim = json(bucket.read(object.key()));
    return UNPAID.contains(claim.path("outcome").asText())
        && !claim.path("mayHaveBeenPaid").asBoolean()
        && !claim.has("settled");
  }

  private void delete(StoredObject object) {
    Deleted of =
        deleted.computeIfAbsent(
            object.folder(), _ -> new Deleted(new ArrayList<>(), new HashSet<>()));
    if (object.isResult()) {
      of.results().add(Result.of(json(bucket.read(object.key()))));
      forgotten.put(object.folder(), object.at());
    }
    bucket.delete(object.key());
    of.uris().add(object.uri());
    gone.add(object);
    counts.merge(
        object.isImage() ? "images" : object.name().replaceFirst("-\\d+\\.json", "s"),
        1,
        Integer::sum);
  }

  private static JsonNode json(byte[] content) {
    try {
      return JSON.readTree(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was deleted of each folder. */
  synchronized Map<String, Deleted> deleted() {
    return new HashMap<>(deleted);
  }

  /** How many objects of each kind were deleted. */
  synchronized Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }

  /** From now on nothing is deleted. */
  @Override
  public void close() {
    thread.interrupt();
  }
}

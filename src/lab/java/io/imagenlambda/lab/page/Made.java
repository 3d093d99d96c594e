package io.imagenlambda.lab.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What was made since the lab's start, or since later, by model: what costs are reckoned from. What
 * is older may have been made by another provider than this lab's.
 */
public final class Made {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final Map<String, Result> known = new ConcurrentHashMap<>();
  private final S3Client s3;
  private final String bucket;

  private record Result(
      Instant createdAt, String model, int images, long tokens, boolean maybeCharged) {}

  /** What is made in a bucket from now on. */
  public Made(S3Client s3, String bucket) {
    this.s3 = s3;
    this.bucket = bucket;
  }

  /**
   * The images, the tokens and the requests without an image that may be charged.
   *
   * @param wanted an instant as ISO 8601 has it; what is none is the lab's start
   */
  public ObjectNode since(String wanted) {
    Instant since = latest(start, wanted);
    Map<String, List<Result>> byModel =
        s3.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream()
            .filter(object -> object.key().endsWith("/result.json"))
            .filter(object -> !object.lastModified().isBefore(since))
            .flatMap(object -> result(object).stream())
            .filter(result -> !result.createdAt().isBefore(since))
            .collect(Collectors.groupingBy(Result::model, TreeMap::new, Collectors.toList()));
    ObjectNode made = JSON.createObjectNode().put("since", since.toString());
    ArrayNode models = made.putArray("models");
    byModel.forEach((model, results) ->
        models
            .addObject()
            .put("model", model)
            .put("images", results.stream().mapToInt(Result::images).sum())
            .put("tokens", results.stream().mapToLong(Result::tokens).sum())
            .put("maybeCharged", results.stream().filter(Result::maybeCharged).count()));
    return made;
  }

  private static Instant latest(Instant start, String wanted) {
    try {
      Instant since = Instant.parse(wanted);
      return since.isAfter(start) ? since : start;
    } catch (DateTimeParseException e) {
      return start;
    }
  }

  /** A result is stored once and never changed. Empty where it was deleted meanwhile. */
  private Optional<Result> result(S3Object object) {
    Result before = known.get(object.key());
    if (before != null) {
      return Optional.of(before);
    }
    Optional<Result> read = read(object);
    read.ifPresent(result -> known.put(object.key(), result));
    return read;
  }

  private Optional<Result> read(S3Object object) {
    try {
      JsonNode result =
          JSON.readTree(
              s3.getObjectAsBytes(get -> get.bucket(bucket).key(object.key())).asByteArray());
      return Optional.of(
          new Result(
              Instant.parse(result.path("createdAt").asText()),
              result.path("model").asText("no model"),
              result.path("images").size(),
              result.path("usage").path("totalTokens").asLong(),
              result.path("charged").asText().equals("maybe")));
    } catch (NoSuchKeyException gone) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

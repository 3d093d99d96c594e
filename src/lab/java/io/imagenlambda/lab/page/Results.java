package io.imagenlambda.lab.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.timeline.LabEvent;
import io.imagenlambda.lab.timeline.Timeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The results in the bucket, with new presigned URLs for their images. */
public final class Results {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "images/";
  private static final String RESULT = "/result.json";
  private static final int MAX_AT_A_TIME = 60;

  /** A valid id or image name. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final S3Client s3;
  private final String bucket;
  private final UnaryOperator<String> presigner;
  private final Timeline timeline;
  private final PromptsById prompts;

  /**
   * The results of a bucket.
   *
   * @param presigner makes a presigned URL for a key
   * @param timeline has the prompts, and the order of results that were stored in the same second
   */
  public Results(S3Client s3, String bucket, UnaryOperator<String> presigner, Timeline timeline) {
    this.s3 = s3;
    this.bucket = bucket;
    this.presigner = presigner;
    this.timeline = timeline;
    this.prompts = new PromptsById(timeline);
  }

  /** Remembers the ids and prompts of uploaded requests. */
  public void uploaded(byte[] content) {
    prompts.uploaded(content);
  }

  /** The results whose id or prompt contains the text, the newest first, and their number. */
  public ObjectNode search(String text) {
    prompts.learn();
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    Map<String, Long> order = order();
    List<String> ids =
        s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(PREFIX)).contents().stream()
            .filter(object -> object.key().endsWith(RESULT))
            .sorted(
                Comparator.comparing(S3Object::lastModified)
                    .thenComparing(object -> order.getOrDefault(object.key(), 0L))
                    .reversed())
            .map(Results::id)
            .filter(id -> matches(id, wanted))
            .toList();
    ObjectNode found = JSON.createObjectNode().put("total", ids.size());
    found
        .putArray("results")
        .addAll(ids.stream().limit(MAX_AT_A_TIME).flatMap(id -> find(id).stream()).toList());
    return found;
  }

  /** The order in which keys were stored, because the times of S3 are whole seconds. */
  private Map<String, Long> order() {
    Map<String, Long> order = new HashMap<>();
    try {
      for (Timeline.Entry entry : timeline.after(0, Duration.ZERO)) {
        if (entry.event() instanceof LabEvent.Stored stored) {
          order.put(stored.key(), entry.number());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return order;
  }

  private boolean matches(String id, String wanted) {
    return id.toLowerCase(Locale.ROOT).contains(wanted)
        || prompts.of(id).orElse("").toLowerCase(Locale.ROOT).contains(wanted);
  }

  private static String id(S3Object result) {
    String key = result.key();
    return key.substring(PREFIX.length(), key.length() - RESULT.length());
  }

  /** The result with that id, with a {@code url} for each image, and the prompt if known. */
  public Optional<JsonNode> get(String id) {
    prompts.learn();
    return NAME.matcher(id).matches() ? find(id) : Optional.empty();
  }

  private Optional<JsonNode> find(String id) {
    try {
      ObjectNode result =
          (ObjectNode)
              JSON.readTree(
                  s3.getObjectAsBytes(get -> get.bucket(bucket).key(PREFIX + id + RESULT))
                      .asByteArray());
      prompts.of(id).ifPresent(prompt -> result.put("prompt", prompt));
      for (JsonNode image : result.path("images")) {
        String key = URI.create(image.path("s3Uri").asText()).getPath().substring(1);
        ((ObjectNode) image).put("url", presigner.apply(key));
      }
      return Optional.of(result);
    } catch (NoSuchKeyException notYet) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A presigned URL of the image; empty where the id or name is not valid. */
  public Optional<String> image(String id, String name) {
    return key(id, name).map(presigner);
  }

  /** The key of an image; empty where the id or name is not valid. */
  static Optional<String> key(String id, String name) {
    return NAME.matcher(id).matches() && NAME.matcher(name).matches()
        ? Optional.of(PREFIX + id + "/" + name)
        : Optional.empty();
  }
}

package io.imagenlambda.lab.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The results in the bucket, with new presigned URLs for their images. */
public final class Results {
  static final String PREFIX = "images/";
  private static final String RESULT = "/result.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A valid id or image name. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final S3Client s3;
  private final String bucket;
  private final UnaryOperator<String> presigner;
  private final Heard heard;

  /** What the gallery's filters ask of every result. */
  private record Facts(String eTag, String status, String model, String tenant) {}

  private final Map<String, Facts> facts = new ConcurrentHashMap<>();

  /**
   * The results of a bucket.
   *
   * @param presigner makes a presigned URL for a key
   * @param heard has the prompts, and the order of results that were stored in the same second
   */
  public Results(S3Client s3, String bucket, UnaryOperator<String> presigner, Heard heard) {
    this.s3 = s3;
    this.bucket = bucket;
    this.presigner = presigner;
    this.heard = heard;
  }

  /** The requests with a result among the objects. */
  List<Ended> ended(List<S3Object> objects) {
    return objects.parallelStream()
        .filter(object -> object.key().endsWith(RESULT))
        .flatMap(object -> ended(object).stream())
        .toList();
  }

  private Optional<Ended> ended(S3Object object) {
    String id = id(object.key());
    return facts(id, object)
        .map(known ->
            new Ended(
                new Ended.Place(object.lastModified(), heard.order(object.key()), object.key()),
                id,
                known.status,
                heard.prompt(id).orElse(""),
                known.model,
                known.tenant,
                () -> find(id)));
  }

  static String id(String key) {
    return key.substring(PREFIX.length(), key.lastIndexOf('/'));
  }

  /** Read once, as long as the object stays the same. */
  private Optional<Facts> facts(String id, S3Object object) {
    Facts known = facts.get(id);
    if (known != null && known.eTag.equals(object.eTag())) {
      return Optional.of(known);
    }
    Optional<Facts> read =
        find(id)
            .map(result ->
                new Facts(
                    object.eTag(),
                    result.path("status").asText(),
                    result.path("model").asText(),
                    result.path("tenant").asText()));
    read.ifPresent(made -> facts.put(id, made));
    return read;
  }

  /** The result with that id, with a {@code url} for each image, and the prompt if known. */
  public Optional<ObjectNode> get(String id) {
    return NAME.matcher(id).matches() ? find(id) : Optional.empty();
  }

  private Optional<ObjectNode> find(String id) {
    try {
      ObjectNode result =
          (ObjectNode)
              JSON.readTree(
                  s3.getObjectAsBytes(get -> get.bucket(bucket).key(PREFIX + id + RESULT))
                      .asByteArray());
      heard.prompt(id).ifPresent(prompt -> result.put("prompt", prompt));
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

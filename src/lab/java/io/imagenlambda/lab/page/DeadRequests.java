package io.imagenlambda.lab.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.trigger.RequestQueue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * The requests that were given up: the messages in the dead-letter queues, and those that died in
 * an earlier lab, whose message is gone: of them {@code dead.json} is left.
 */
public final class DeadRequests {
  static final String STATUS = "dead";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEATH = "/dead.json";
  private static final String REQUEST = "request.json";

  private final S3Client s3;
  private final String bucket;
  private final List<RequestQueue> queues;
  private final Heard heard;
  private final Instant started = Instant.now();
  private final Set<String> sentAgain = ConcurrentHashMap.newKeySet();

  public DeadRequests(S3Client s3, String bucket, List<RequestQueue> queues, Heard heard) {
    this.s3 = s3;
    this.bucket = bucket;
    this.queues = queues;
    this.heard = heard;
  }

  /** All of them. */
  List<Ended> ended(List<S3Object> objects) {
    List<Ended> letters =
        queues.stream().flatMap(queue -> queue.deadLetters().stream()).map(this::ended).toList();
    Set<String> known = letters.stream().map(Ended::id).collect(toSet());
    return Stream.concat(
            letters.stream(),
            objects.stream()
                .filter(object -> object.key().endsWith(DEATH))
                .filter(object -> !known.contains(Results.id(object.key())))
                .flatMap(object -> ended(object.key(), objects).stream()))
        .toList();
  }

  private Ended ended(Message letter) {
    Instant sent =
        Instant.ofEpochMilli(
            Long.parseLong(letter.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP)));
    return ended(
        new Ended.Place(sent, 0, letter.messageId()),
        id(letter),
        RequestQueue.deadReason(letter),
        letter.body());
  }

  /** The id of its request; of what is none that of the message. */
  private static String id(Message letter) {
    return Heard.read(letter.body()).path("id").asText(RequestQueue.diedAs(letter));
  }

  /** Empty where it has come back since then: it was sent or claimed again, or has a result. */
  private Optional<Ended> ended(String key, List<S3Object> objects) {
    String own = key.substring(0, key.lastIndexOf('/') + 1);
    JsonNode death = read(key).map(Heard::read).orElseGet(JSON::missingNode);
    Instant at = Instant.parse(death.path("at").asText(Instant.EPOCH.toString()));
    boolean isBack =
        !death.has("reason")
            || !at.isBefore(started)
            || sentAgain.contains(Results.id(key))
            || objects.stream()
                .anyMatch(object ->
                    object.key().equals(own + "result.json")
                        || (object.key().startsWith(own + "claim-")
                            && object.lastModified().isAfter(at)));
    return isBack
        ? Optional.empty()
        : Optional.of(
            ended(
                new Ended.Place(at, 0, key),
                Results.id(key),
                death.path("reason").asText(),
                read(own + REQUEST).orElse("")));
  }

  private Ended ended(Ended.Place place, String id, String reason, String body) {
    JsonNode request = Heard.read(body);
    String inBody = Heard.promptIn(request);
    String prompt = inBody.isEmpty() ? heard.prompt(id).orElse("") : inBody;
    String model = request.path("model").asText();
    String tenant = request.path("tenant").asText();
    ObjectNode json =
        JSON.createObjectNode()
            .put("id", id)
            .put("status", STATUS)
            .put("reason", reason)
            .put("createdAt", place.at().toString());
    json.putArray("images");
    putIfAny(json, "prompt", prompt);
    putIfAny(json, "model", model);
    putIfAny(json, "tenant", tenant);
    putIfAny(json, "body", body);
    return new Ended(place, id, STATUS, prompt, model, tenant, () -> Optional.of(json));
  }

  private static void putIfAny(ObjectNode json, String name, String value) {
    if (!value.isEmpty()) {
      json.put(name, value);
    }
  }

  /**
   * Puts a dead request on its queue again, under its id: what was paid for is not paid for again.
   *
   * @return whether there was something to send
   */
  public boolean sendAgain(String id) {
    List<String> sent =
        queues.stream()
            .flatMap(queue -> queue.redrive(letter -> id(letter).equals(id)).stream())
            .toList();
    Optional<String> request =
        sent.isEmpty() ? read(Results.PREFIX + id + "/" + REQUEST) : Optional.empty();
    request.ifPresent(body -> {
      var _ = queues.getFirst().send(body);
      sentAgain.add(id);
    });
    return !sent.isEmpty() || request.isPresent();
  }

  private Optional<String> read(String key) {
    try {
      return Optional.of(s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asString(UTF_8));
    } catch (NoSuchKeyException none) {
      return Optional.empty();
    }
  }
}

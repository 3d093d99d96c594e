package io.imagenlambda.lab.predict;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A call of the predict API. It is recorded when it arrives and updated while it is answered. */
public final class Call {
  /** An image that was sent completely. */
  public record Served(String sha256, int bytes, String mimeType) {}

  /** An image that came with the request. */
  public record Reference(String sha256, int bytes, String mimeType) {}

  private final int number;
  private final Instant arrivedAt = Instant.now();
  private final String model;
  private final Map<String, List<String>> headers;
  private final String body;
  private final List<Served> served = new CopyOnWriteArrayList<>();
  private volatile List<Reference> references = List.of();
  private volatile int status;
  private volatile @Nullable Instant answeredAt;
  private volatile boolean isOverQuota;

  Call(int number, String model, Map<String, List<String>> headers, String body) {
    this.number = number;
    this.model = model;
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  /** Counted from 1 since the journal was last cleared. */
  public int number() {
    return number;
  }

  public Instant arrivedAt() {
    return arrivedAt;
  }

  public String model() {
    return model;
  }

  /** The request's JSON as it came. */
  public String body() {
    return body;
  }

  public Optional<String> header(String name) {
    return headers.entrySet().stream()
        .filter(header ->
            header.getKey().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
        .map(header -> header.getValue().getFirst())
        .findFirst();
  }

  /** The images that came with a valid request, in order. */
  public List<Reference> references() {
    return references;
  }

  void understood(ImageRequest request) {
    references = request.references();
  }

  /** The answer's status; 0 while there is none, and where the connection was dropped. */
  public int status() {
    return status;
  }

  /** The images that were sent completely, in order. */
  public List<Served> served() {
    return List.copyOf(served);
  }

  /** Whether it was refused because a quota was used up, whatever it asked for. */
  public boolean isOverQuota() {
    return isOverQuota;
  }

  void overQuota() {
    this.isOverQuota = true;
  }

  /** When its answer began; empty while there is none, and where the connection was dropped. */
  public Optional<Instant> answeredAt() {
    return Optional.ofNullable(answeredAt);
  }

  void answeredWith(int given) {
    this.status = given;
    this.answeredAt = Instant.now();
  }

  void sent(Served image) {
    served.add(image);
  }

  @Override
  public String toString() {
    return "call %d of %s: %d, %d images".formatted(number, model, status, served.size());
  }
}

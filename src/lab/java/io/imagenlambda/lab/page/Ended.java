package io.imagenlambda.lab.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A request that has ended, with a result or dead.
 *
 * @param status of the result, or {@link DeadRequests#STATUS}
 * @param prompt empty where it is not known, as are model and tenant
 * @param json all that is known; empty if it was deleted in between
 */
record Ended(
    Place place,
    String id,
    String status,
    String prompt,
    String model,
    String tenant,
    Supplier<Optional<ObjectNode>> json) {
  static final Comparator<Ended> NEWEST_FIRST = Comparator.comparing(Ended::place).reversed();

  /**
   * Its place among all others, which stays the same when newer ones come.
   *
   * @param number tells those of one moment apart: the times of S3 are whole seconds
   * @param key of the object, or the id of the message: no other has it
   */
  record Place(Instant at, long number, String key) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::at).thenComparingLong(Place::number).thenComparing(Place::key);

    /** Reads what {@link #toString} has written. */
    static Optional<Place> parse(String text) {
      String[] parts = text.split("_", 3);
      return parts.length == 3 && (parts[0] + parts[1]).matches("\\d{1,30}")
          ? Optional.of(
              new Place(
                  Instant.ofEpochMilli(Long.parseLong(parts[0])),
                  Long.parseLong(parts[1]),
                  parts[2]))
          : Optional.empty();
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return "%d_%d_%s".formatted(at.toEpochMilli(), number, key);
    }
  }
}

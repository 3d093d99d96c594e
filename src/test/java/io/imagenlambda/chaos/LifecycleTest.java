package io.imagenlambda.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.chaos.StoredObjects.StoredObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each test applies the rule to a hundred requests, of which some are spared. */
class LifecycleTest {
  private static final Instant STORED = Instant.parse("2026-11-22T10:00:00Z");
  private static final Instant OLD = STORED.plus(Lifecycle.MAX_AGE);
  private static final String DONE = "{\"status\":\"succeeded\",\"outcome\":\"succeeded\"}";

  private final StoredObjects stored = new StoredObjects();
  private final Map<String, String> objects = new HashMap<>();
  private final Lifecycle lifecycle =
      new Lifecycle(
          stored,
          new Lifecycle.Bucket() {
            @Override
            public byte[] read(String key) {
              return Objects.requireNonNull(objects.get(key)).getBytes(UTF_8);
            }

            @Override
            public void delete(String key) {
              objects.remove(key);
            }
          },
          1);

  @Test
  void nothingIsDeletedThatIsYoungerThanAnInvocationLasts() {
    store("claim-0.json", DONE);
    store("result.json", DONE);

    lifecycle.apply(STORED.plus(Lifecycle.MIN_AGE));

    assertEquals(200, objects.size());
  }

  @Test
  void someRequestsLoseTheirClaimsSomeAllAndSomeNothing() {
    store("claim-0.json", DONE);
    store("result.json", DONE);
    store("0.png", "png");

    lifecycle.apply(OLD);

    Set<Set<String>> left =
        IntStream.range(0, 100).mapToObj(this::namesOf).collect(Collectors.toSet());
    assertEquals(
        Set.of(
            Set.of("claim-0.json", "result.json", "0.png"),
            Set.of("result.json", "0.png"),
            Set.of()),
        left);
  }

  @Test
  void eachObjectIsDeletedByItsOwnAge() {
    store("claim-0.json", DONE);
    store("result.json", DONE);

    Set<Integer> left = new HashSet<>();
    for (Instant now = STORED; now.isBefore(OLD); now = now.plusSeconds(1)) {
      lifecycle.apply(now);
      left.add(objects.size());
    }

    assertTrue(left.size() > 10, left::toString);
  }

  @Test
  void anObjectThatWasStoredAgainIsYoung() {
    store("claim-0.json", DONE);
    store("result.json", DONE);
    IntStream.range(0, 100).forEach(each -> put("r" + each, "claim-0.json", OLD));

    lifecycle.apply(OLD);

    assertEquals(100, objects.keySet().stream().filter(key -> key.contains("claim")).count());
  }

  @Test
  void aClaimThatStandsForAPaidCallStaysUntilThereIsAResult() {
    for (String paid :
        List.of(
            "{}",
            "{\"outcome\":\"unknown\"}",
            "{\"outcome\":\"queued\",\"mayHaveBeenPaid\":true}",
            "{\"outcome\":\"unavailable\",\"settled\":{\"stored\":1}}")) {
      store("claim-0.json", paid);
      store("0.png", "png");

      lifecycle.apply(OLD);

      assertEquals(200, objects.size(), paid);
    }
  }

  @Test
  void aClaimOfARequestThatWaitsMayGo() {
    store("claim-0.json", "{\"outcome\":\"queued\"}");

    lifecycle.apply(OLD);

    assertFalse(objects.size() == 100);
    assertTrue(lifecycle.counts().containsKey("claims"));
  }

  @Test
  void theDeletedResultsAreKnown() {
    store("result.json", "{\"status\":\"partial\"}");

    lifecycle.apply(OLD);

    assertEquals(100 - objects.size(), lifecycle.deleted().size());
    assertTrue(
        lifecycle.deleted().values().stream()
            .allMatch(deleted -> deleted.results().getFirst().status().equals("partial")));
  }

  private void store(String name, String content) {
    for (int each = 0; each < 100; each++) {
      put("r" + each, name, STORED);
      objects.put("images/r%d/%s".formatted(each, name), content);
    }
  }

  private void put(String folder, String name, Instant at) {
    stored.add(new StoredObject(folder, name, at, "", "", ""));
  }

  private Set<String> namesOf(int each) {
    String folder = "images/r%d/".formatted(each);
    return objects.keySet().stream()
        .filter(key -> key.startsWith(folder))
        .map(key -> key.substring(folder.length()))
        .collect(Collectors.toSet());
  }
}

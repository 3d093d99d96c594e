package io.imagenlambda.storage;

import static io.imagenlambda.storage.TestS3.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.storage.ImageStore.StoredObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallObjectTest {
  @AutoClose private static final TestS3 s3 = TestS3.start();
  private final ImageStore store = s3.store();

  @Test
  void aSmallObjectIsReadAsItWasWritten() {
    store.replace("small", "result.json", json("{\"a\":1}"));
    store.replace("small", "result.json", json("{\"a\":2}"));
    assertEquals("{\"a\":2}", new String(store.read("small", "result.json").orElseThrow(), UTF_8));
    assertEquals(
        "application/json",
        s3.client()
            .headObject(head -> head.bucket(TestS3.BUCKET).key("images/small/result.json"))
            .contentType());
  }

  @Test
  void anObjectThatIsMissingIsEmpty() {
    assertEquals(Optional.empty(), store.read("nobody", "result.json"));
    assertEquals(List.of(), store.list("nobody"));
  }

  @Test
  void creatingSucceedsOnce() {
    assertTrue(store.create("once", "claim-0.json", json("mine")));
    assertFalse(store.create("once", "claim-0.json", json("mine")));
    assertFalse(store.create("once", "claim-0.json", json("yours")));
    assertEquals("mine", new String(store.read("once", "claim-0.json").orElseThrow(), UTF_8));
  }

  @Test
  void ofManyThatCreateAtOnceExactlyOneSucceeds() throws Exception {
    for (int round = 0; round < 10; round++) {
      String id = "race-" + round;
      CyclicBarrier start = new CyclicBarrier(4);
      List<Boolean> created =
          InParallel.times(
              4,
              n -> {
                start.await();
                return store.create(id, "claim-0.json", json("claim of " + n));
              });
      assertEquals(1, created.stream().filter(yes -> yes).count());
      int winner = created.indexOf(true);
      assertEquals(
          "claim of " + winner, new String(store.read(id, "claim-0.json").orElseThrow(), UTF_8));
    }
  }

  @Test
  void aListHasAllObjectsHoweverMany() {
    for (int n = 0; n <= 1000; n++) { // S3 lists a thousand at a time
      store.create("crowded", "claim-" + n + ".json", json("{}"));
    }

    assertEquals(1001, store.list("crowded").size());
  }

  @Test
  void aListHasTheObjectsOfThatIdOnly() {
    store.replace("list", "result.json", json("{}"));
    store.create("list", "claim-0.json", json("claim"));
    store.create("list-2", "claim-0.json", json("{}"));
    List<StoredObject> objects = store.list("list");
    assertEquals(
        List.of("claim-0.json", "result.json"), objects.stream().map(StoredObject::name).toList());
    assertEquals(5, objects.getFirst().bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/a", "a\\b", "-a", "ä", "a\n"})
  void anIdOrNameCannotLeaveItsPlace(String id) {
    assertThrows(IllegalArgumentException.class, () -> store.read(id, "result.json"));
    assertThrows(IllegalArgumentException.class, () -> store.read("id", id));
    assertThrows(IllegalArgumentException.class, () -> store.list(id));
  }
}

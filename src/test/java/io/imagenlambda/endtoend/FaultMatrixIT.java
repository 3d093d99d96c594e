package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every fault on each wire × the ways for a request to come: the answer, the objects in S3, the
 * calls, and what the queue and the dead-letter queue hold afterwards. The rows run side by side,
 * because most of them wait. {@code deploy/faults.md} shows the table.
 */
final class FaultMatrixIT {
  private static final int PROCESSES = 4;
  private static final int ROWS_AT_A_TIME = 8;

  private static Lab lab;
  private static ExecutorService threads;

  /** What a claim is for. */
  private enum Kind {
    TRIED,
    RESERVED,
    QUEUED;

    /** How it ended. */
    @Nullable String outcome(String tried) {
      return switch (this) {
        case TRIED -> tried;
        case RESERVED -> null;
        case QUEUED -> "queued";
      };
    }
  }

  /** One fault of one wire that a request meets that comes one way. */
  private record Row(ProviderFault fault, ImageWire wire, RequestSource source, String id) {
    ExpectedOutcome expected() {
      return fault.on(wire).expected();
    }

    String sentence() {
      return "%s on %s, met by %s, %s"
          .formatted(fault.name(), wire, source.sentence(), expected().sentence());
    }

    void check() {
      int deliveries = source.send(lab, request(), expected());

      int calls = lab.predict().journal().callsWith("(" + id + ")").size();
      assertTrue(
          calls >= deliveries * wire.leastCalls(expected())
              && calls <= deliveries * wire.mostCalls(expected()),
          calls + " calls");
      StoredObjects stored = new StoredObjects(lab);
      List<Kind> claims = claims(deliveries);
      int last = claims.size() - 1;
      checkObjects(stored.of(id), claims.size());
      for (int number = 0; number <= last; number++) {
        JsonPath claim = stored.claim(id, number);
        String tried =
            expected().isStored() && number < last ? "unavailable" : expected().claimOutcome();
        Kind kind = claims.get(number);
        assertEquals(kind.outcome(tried), claim.getString("outcome"));
        assertEquals(kind == Kind.RESERVED ? true : null, claim.get("reserved"));
      }
      if (expected().isStored()) {
        checkResult(stored.result(id));
      }
    }

    /** Each try has a claim, and each delivery that finds one reserves its first. */
    private List<Kind> claims(int deliveries) {
      List<Kind> claims = new ArrayList<>();
      for (int delivery = 0; delivery < deliveries; delivery++) {
        if (delivery > 0) {
          claims.add(Kind.RESERVED);
        }
        claims.addAll(Collections.nCopies(expected().tries(), Kind.TRIED));
        if (delivery == 0 && waits()) {
          claims.add(Kind.QUEUED);
        }
      }
      return claims;
    }

    private boolean waits() {
      return source.waitsOnTheQueue() && !expected().isStored();
    }

    private void checkResult(JsonPath result) {
      assertEquals(expected().status(), result.getString("status"));
      assertEquals(expected().errorOutcome(), result.getString("error.outcome"));
      assertEquals(expected().images(), result.getList("images").size());
      assertEquals(wire.mostCalls(expected()), result.getInt("attempts"));
      assertEquals(wire.model(), result.getString("model"));
    }

    /** Which of several calls failed is chance, and with it the names of the images. */
    private void checkObjects(List<String> names, int claims) {
      List<String> images = names.stream().filter(name -> name.endsWith(".png")).toList();
      assertEquals(expected().images(), images.size(), images::toString);
      assertEquals(
          Stream.concat(
                  IntStream.range(0, claims).mapToObj("claim-%d.json"::formatted),
                  Stream.of("request.json", "result.json")
                      .filter(name -> name.startsWith("request") ? waits() : expected().isStored()))
              .sorted()
              .toList(),
          names.stream().filter(name -> !name.endsWith(".png")).sorted().toList());
    }

    private ObjectNode request() {
      ObjectNode request = new ObjectMapper().createObjectNode().put("id", id);
      request.put("model", wire.model());
      request.put("prompt", "[fault:%s] [size:20KB] (%s)".formatted(fault.on(wire).marker(), id));
      request.putObject("parameters").put("sampleCount", 2);
      return request;
    }
  }

  @BeforeAll
  static void startLab() {
    lab =
        Lab.start(
            LabOptions.forTests()
                .concurrency(PROCESSES)
                .timeout(Duration.ofSeconds(60))
                .env("IMAGEN_TIMEOUT", "2s")
                .triggers(TriggerOptions.ON.pollers(3).redeliveryDelay(Duration.ZERO)));
    threads = Executors.newFixedThreadPool(ROWS_AT_A_TIME);
    warmUp();
  }

  /** The first call of a process is slow, and would look like a stall. */
  private static void warmUp() {
    for (ImageWire wire : ImageWire.values()) {
      String request =
          "{\"model\":\"%s\",\"prompt\":\"[fault:slow=1000] warm-up\",\"parameters\":{\"sampleCount\":1}}"
              .formatted(wire.model());
      Stream.generate(() -> lab.function().invokeAsync(request.getBytes(UTF_8)))
          .limit(PROCESSES)
          .toList()
          .forEach(answer -> answer.join());
    }
  }

  @AfterAll
  static void stopLab() {
    threads.shutdownNow();
    lab.close();
  }

  @TestFactory
  Stream<DynamicTest> faultByWireAndSource() {
    List<DynamicTest> tests = new ArrayList<>();
    List<Runnable> runs = new ArrayList<>();
    List<String> dead = new ArrayList<>();
    for (ProviderFault fault : ProviderFault.ALL) {
      for (ImageWire wire : fault.wires()) {
        for (RequestSource source : wire.sources()) {
          Row row = new Row(fault, wire, source, "row-" + tests.size());
          FutureTask<?> run = new FutureTask<>(row::check, null);
          runs.add(run);
          tests.add(dynamicTest(row.sentence(), () -> await(row, run)));
          if (source.hasDeadLetters() && !row.expected().isStored()) {
            dead.add(row.id());
          }
        }
      }
    }
    tests.add(
        dynamicTest(
            "in the end the queue is empty and only what was not paid for is dead",
            () -> checkQueue(dead)));
    // So that rows that wait run beside rows that work; always in the same order.
    Collections.shuffle(runs, new Random(1));
    runs.forEach(threads::execute);
    return tests.stream();
  }

  private static void checkQueue(List<String> dead) {
    lab.queue().awaitEmpty(Duration.ofSeconds(10));
    assertEquals(dead.size(), lab.queue().state().dead());
  }

  private static void await(Row row, Future<?> run) throws InterruptedException {
    try {
      run.get();
    } catch (ExecutionException e) {
      // Reports name a generated test by its number.
      throw new AssertionError("not so: " + row.sentence() + ": " + e.getCause(), e.getCause());
    }
  }
}

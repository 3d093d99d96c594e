package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.RequestQueue;
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
 * calls, and what the queue does with a message. Each row has a model of its own, because a process
 * shuts a model that was refused. The rows run side by side, because most of them wait. But an
 * account that is refused shuts all models: those rows run one by one, each message in a new
 * process. {@code deploy/faults.md} shows the table.
 */
final class FaultMatrixIT {
  private static final int PROCESSES = 4;
  private static final int ROWS_AT_A_TIME = 8;

  /** Longer than this test takes: what was returned stays away meanwhile. */
  private static final Duration FOR_GOOD = Duration.ofMinutes(10);

  private static Lab lab;
  private static Lab accountLab;
  private static ExecutorService threads;
  private static ExecutorService accountThread;

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

    private String model() {
      return wire.model(id);
    }

    boolean isOfTheAccount() {
      return expected() == ExpectedOutcome.ACCOUNT;
    }

    /** Whether the queue keeps its message. */
    boolean isKept() {
      return source.comesAgain() && !expected().isStored();
    }

    void check(Lab on) {
      on.predict().addModel(model());
      source.send(on, request(), expected());

      int tries = source.tries(expected());
      int calls = on.predict().journal().callsWith("(" + id + ")").size();
      assertTrue(
          calls >= wire.leastCalls(expected(), tries) && calls <= wire.mostCalls(expected(), tries),
          calls + " calls");
      StoredObjects stored = new StoredObjects(on);
      List<Kind> claims = claims();
      if (mayFollowInTurn() && stored.of(id).contains("claim-%d.json".formatted(claims.size()))) {
        claims.add(Kind.TRIED);
      }
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
    private List<Kind> claims() {
      List<Kind> claims = new ArrayList<>();
      int queuedAfter = source.triesBeforeTheQueue(expected());
      for (int made = 0; made < source.tries(expected()); made++) {
        if (made == queuedAfter && waits()) {
          claims.add(Kind.QUEUED);
        }
        if (made >= queuedAfter && !claims.isEmpty()) {
          claims.add(Kind.RESERVED);
        }
        claims.add(Kind.TRIED);
      }
      return claims;
    }

    /**
     * After a refusal, a message's calls begin one after the other, each under a claim of its own.
     * A refusal spares the call that has not begun, so it is chance whether one is left or both.
     */
    private boolean mayFollowInTurn() {
      return wire == ImageWire.GEMINI
          && source.isMessage()
          && expected().isStored()
          && expected().tries() > 1;
    }

    private boolean waits() {
      return source.waitsOnTheQueue() && !expected().isStored();
    }

    private void checkResult(JsonPath result) {
      assertEquals(expected().status(), result.getString("status"));
      assertEquals(expected().errorOutcome(), result.getString("error.outcome"));
      assertEquals(expected().images(), result.getList("images").size());
      assertEquals(model(), result.getString("model"));
      int calls = wire.mostCalls(expected(), expected().tries());
      int attempts = result.getInt("attempts");
      if (source.isMessage() && expected().tries() > 1) {
        assertTrue(attempts >= 1 && attempts < calls, attempts + " in the last delivery");
      } else {
        assertEquals(calls, attempts);
      }
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
      request.put("model", model());
      request.put("prompt", "%s [size:20KB] (%s)".formatted(marker(), id));
      request.putObject("parameters").put("sampleCount", 2);
      return request;
    }

    /** A sender that waits is asked to come again soon, and a message to stay away. */
    private String marker() {
      String fault = this.fault.on(wire).marker();
      int soon = wire.mostCalls(expected(), source.triesBeforeTheQueue(expected()));
      return expected().isWaitedFor()
          ? "[fault:%1$s=0.01x%2$d] [fault:%1$s=%3$d]".formatted(fault, soon, FOR_GOOD.toSeconds())
          : "[fault:%s]".formatted(fault);
    }
  }

  @BeforeAll
  static void startLabs() {
    lab =
        Lab.start(
            LabOptions.forTests()
                .concurrency(PROCESSES)
                .timeout(Duration.ofSeconds(60))
                .env("IMAGEN_TIMEOUT", "4s")
                .triggers(TriggerOptions.ON.pollers(3)));
    accountLab =
        Lab.start(
            LabOptions.forTests()
                .concurrency(1)
                .triggers(TriggerOptions.ON.pollers(1).redeliveryDelay(FOR_GOOD)));
    threads = Executors.newFixedThreadPool(ROWS_AT_A_TIME);
    accountThread = Executors.newSingleThreadExecutor();
    warmUp();
  }

  /** The first call of a process is slow, and would look like a stall. */
  private static void warmUp() {
    for (ImageWire wire : ImageWire.values()) {
      lab.predict().addModel(wire.model("warm-up"));
      String request =
          "{\"model\":\"%s\",\"prompt\":\"[fault:slow=1000] warm-up\",\"parameters\":{\"sampleCount\":1}}"
              .formatted(wire.model("warm-up"));
      Stream.generate(() -> lab.function().invokeAsync(request.getBytes(UTF_8)))
          .limit(PROCESSES)
          .toList()
          .forEach(answer -> answer.join());
    }
  }

  @AfterAll
  static void stopLabs() {
    threads.shutdownNow();
    accountThread.shutdownNow();
    accountLab.close();
    lab.close();
  }

  @TestFactory
  Stream<DynamicTest> faultByWireAndSource() {
    List<Row> rows = new ArrayList<>();
    for (ProviderFault fault : ProviderFault.ALL) {
      for (ImageWire wire : fault.wires()) {
        for (RequestSource source : wire.sources()) {
          rows.add(new Row(fault, wire, source, "row-" + rows.size()));
        }
      }
    }
    List<DynamicTest> tests = new ArrayList<>();
    List<Runnable> runs = new ArrayList<>();
    for (Row row : rows) {
      FutureTask<?> run = new FutureTask<>(() -> check(row), null);
      tests.add(dynamicTest(row.sentence(), () -> await(row, run)));
      if (row.isOfTheAccount()) {
        accountThread.execute(run);
      } else {
        runs.add(run);
      }
    }
    tests.add(
        dynamicTest(
            "in the end what has no result is on its queue, and nothing is dead",
            () -> checkQueues(rows)));
    // So that rows that wait run beside rows that work; always in the same order.
    Collections.shuffle(runs, new Random(1));
    runs.forEach(threads::execute);
    return tests.stream();
  }

  private static void check(Row row) {
    if (row.isOfTheAccount()) {
      if (row.isKept()) {
        accountLab.function().kill();
      }
      row.check(accountLab);
    } else {
      row.check(lab);
    }
  }

  private static void checkQueues(List<Row> rows) {
    checkQueue(lab, rows.stream().filter(row -> row.isKept() && !row.isOfTheAccount()).count());
    checkQueue(
        accountLab, rows.stream().filter(row -> row.isKept() && row.isOfTheAccount()).count());
  }

  private static void checkQueue(Lab of, long kept) {
    assertEquals(new RequestQueue.State(0, Math.toIntExact(kept), 0), of.queue().state());
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

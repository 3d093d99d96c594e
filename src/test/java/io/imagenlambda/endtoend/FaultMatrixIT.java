package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every fault of the predict API × every way for a request to come: the answer, the objects in S3,
 * the calls, and what the queue and the dead-letter queue hold afterwards. The rows run side by
 * side, because most of them wait.
 */
final class FaultMatrixIT {
  private static final int PROCESSES = 4;
  private static final int ROWS_AT_A_TIME = 8;

  private static Lab lab;
  private static ExecutorService threads;

  /** One fault that a request meets that comes one way. */
  private record Row(ProviderFault fault, RequestSource source, String id) {
    String sentence() {
      return "%s, met by %s, %s"
          .formatted(fault.name(), source.sentence(), fault.expected().sentence());
    }

    void check() {
      int deliveries = source.send(lab, request(), fault.expected());

      assertEquals(
          deliveries * fault.expected().calls(),
          lab.predict().journal().callsWith("(" + id + ")").size(),
          "calls");
      StoredObjects stored = new StoredObjects(lab);
      List<Boolean> calls = claims(deliveries);
      int last = calls.size() - 1;
      assertEquals(objects(calls.size()), stored.of(id).stream().sorted().toList());
      for (int number = 0; number <= last; number++) {
        JsonPath claim = stored.claim(id, number);
        String outcome =
            fault.expected().isStored() && number < last
                ? "unavailable"
                : fault.expected().claimOutcome();
        assertEquals(calls.get(number) ? outcome : null, claim.getString("outcome"));
        assertEquals(calls.get(number) ? null : true, claim.get("reserved"));
      }
      if (fault.expected().isStored()) {
        checkResult(stored.result(id));
      }
    }

    /** Each call has a claim, and each delivery that finds one reserves its first. */
    private List<Boolean> claims(int deliveries) {
      List<Boolean> claims = new ArrayList<>();
      for (int delivery = 0; delivery < deliveries; delivery++) {
        if (delivery > 0) {
          claims.add(false);
        }
        claims.addAll(Collections.nCopies(fault.expected().calls(), true));
      }
      return claims;
    }

    private void checkResult(JsonPath result) {
      assertEquals(fault.expected().status(), result.getString("status"));
      assertEquals(fault.expected().errorOutcome(), result.getString("error.outcome"));
      assertEquals(fault.expected().images(), result.getList("images").size());
      assertEquals(fault.expected().calls(), result.getInt("attempts"));
    }

    private List<String> objects(int claims) {
      String image = claims == 1 ? "%d.png" : "%d-" + (claims - 1) + ".png";
      return Stream.of(
              IntStream.range(0, fault.expected().images()).mapToObj(image::formatted),
              IntStream.range(0, claims).mapToObj("claim-%d.json"::formatted),
              fault.expected().isStored() ? Stream.of("result.json") : Stream.<String>of())
          .flatMap(names -> names)
          .sorted()
          .toList();
    }

    private ObjectNode request() {
      ObjectNode request = new ObjectMapper().createObjectNode().put("id", id);
      request.put("prompt", "[fault:%s] [size:20KB] (%s)".formatted(fault.marker(), id));
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
    String request =
        "{\"prompt\":\"[fault:slow=1000] warm-up\",\"parameters\":{\"sampleCount\":1}}";
    Stream.generate(() -> lab.function().invokeAsync(request.getBytes(UTF_8)))
        .limit(PROCESSES)
        .toList()
        .forEach(answer -> answer.join());
  }

  @AfterAll
  static void stopLab() {
    threads.shutdownNow();
    lab.close();
  }

  @TestFactory
  Stream<DynamicTest> faultBySource() {
    List<DynamicTest> tests = new ArrayList<>();
    List<Runnable> runs = new ArrayList<>();
    List<String> dead = new ArrayList<>();
    for (ProviderFault fault : ProviderFault.ALL) {
      for (RequestSource source : RequestSource.values()) {
        Row row = new Row(fault, source, "row-" + tests.size());
        FutureTask<?> run = new FutureTask<>(row::check, null);
        runs.add(run);
        tests.add(dynamicTest(row.sentence(), () -> await(row, run)));
        if (source.hasDeadLetters() && !fault.expected().isStored()) {
          dead.add(row.id());
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

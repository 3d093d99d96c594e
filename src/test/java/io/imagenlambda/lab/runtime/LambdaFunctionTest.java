package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.runtime.Answer.FunctionError;
import io.imagenlambda.lab.runtime.LambdaFunction.ProcessTiming;
import io.imagenlambda.lab.timeline.LabEvent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaFunctionTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Path tmp;

  LambdaFunctionTest(@TempDir Path tmp) {
    this.tmp = tmp;
  }

  @Test
  void anAnswerIsTheFunctionsOwnBytes() {
    try (LambdaFunction function = function("runs", 1)) {
      byte[] event = "{\"prompt\":\"ein Leuchtturm im Nebel, 灯台\"}".getBytes(UTF_8);
      Answer answer = function.invoke(event, LONG);
      assertInstanceOf(Answer.Success.class, answer);
      assertArrayEquals(event, answer.payload());
    }
  }

  @Test
  void anAnswerIsHandedOnThoughWorkGoesOnAndTheNextEventWaitsForThat() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    CountDownLatch answered = new CountDownLatch(1);
    HttpHandler work =
        exchange -> {
          await(answered);
          order.add("the work has ended");
          LabServer.answer(exchange, 200, "text/plain", "");
        };
    try (LabServer server = LabServer.start("work", 0, work);
        LambdaFunction function = function("extends", 1)) {
      String process = function.invoke("\"after %s\"".formatted(server.url())).text();
      CompletableFuture<Answer> next =
          function
              .invokeAsync("\"pid\"".getBytes(UTF_8))
              .whenComplete((answer, failure) -> order.add("the next is answered"));
      answered.countDown();

      assertEquals(process, next.get().text(), "the same process");
      assertEquals(List.of("the work has ended", "the next is answered"), order);
    }
  }

  @Test
  void aProcessWhoseWorkGoesOnForLongerThanItsTimeIsKilled() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (LabServer server = LabServer.start("work", 0, answersAfter(never));
        LambdaFunction function = function("extends", 1)) {
      byte[] event = "\"after %s\"".formatted(server.url()).getBytes(UTF_8);
      String process = function.invoke(event, Duration.ofSeconds(1)).text();

      assertNotEquals(process, function.invoke("\"pid\"").text());
      never.countDown();
    }
  }

  @Test
  void theEndOfTheWorkBehindAnAnswerIsReportedAndWhetherTheProcessDiedAtIt() throws Exception {
    List<Boolean> died = new CopyOnWriteArrayList<>();
    CountDownLatch never = new CountDownLatch(1);
    try (LabServer server = LabServer.start("work", 0, answersAfter(never));
        LambdaFunction function = function("extends", 1)) {
      function.onEvent(event -> {
        if (event instanceof LabEvent.Over over) {
          died.add(over.died());
        }
      });
      assertEquals("1", function.invoke("1").text());
      byte[] event = "\"after %s\"".formatted(server.url()).getBytes(UTF_8);
      assertInstanceOf(Answer.Success.class, function.invoke(event, Duration.ofSeconds(1)));
      assertEquals("2", function.invoke("2").text(), "it begins when the others are over");

      assertEquals(List.of(false, true), died.subList(0, 2));
      never.countDown();
    }
  }

  @Test
  void anErrorHasTheTypeInItsDocument() {
    try (LambdaFunction function = function("runs", 1)) {
      FunctionError error = assertInstanceOf(FunctionError.class, function.invoke("\"fail\""));
      assertEquals("InvalidRequest", error.errorType());
      assertEquals("prompt is missing", error.errorMessage());
      assertEquals("1", function.invoke("1").text());
    }
  }

  @Test
  void aProcessThatOverrunsItsTimeIsKilledAndTheNextEventGetsANewOne() {
    try (LambdaFunction function = function("runs", 1)) {
      String first = function.invoke("\"pid\"").text();
      FunctionError error =
          assertInstanceOf(
              FunctionError.class,
              function.invoke("\"hang\"".getBytes(UTF_8), Duration.ofMillis(300)));
      assertEquals("Sandbox.Timedout", error.errorType());
      assertTrue(
          error.errorMessage().endsWith("Task timed out after 0.30 seconds"), error.errorMessage());
      assertFalse(ProcessHandle.of(Long.parseLong(first)).isPresent());
      assertNotEquals(first, function.invoke("\"pid\"").text());
    }
  }

  @Test
  void aProcessThatDiesAtWorkIsAnExitError() {
    try (LambdaFunction function = function("runs", 1)) {
      FunctionError error = assertInstanceOf(FunctionError.class, function.invoke("\"exit\""));
      assertEquals("Runtime.ExitError", error.errorType());
      assertTrue(error.errorMessage().endsWith("exit status 3"), error.errorMessage());
      assertTrue(function.output().lines().contains("going down"));
      assertEquals("2", function.invoke("2").text());
    }
  }

  @Test
  void aKilledFunctionEndsItsEventAndTakesTheNextInANewProcess() {
    try (LambdaFunction function = function("runs", 1)) {
      String first = function.invoke("\"pid\"").text();
      CompletableFuture<Answer> hanging = function.invokeAsync("\"hang\"".getBytes(UTF_8));
      function.awaitBusy(1, LONG);
      function.kill();
      FunctionError error = assertInstanceOf(FunctionError.class, hanging.join());
      assertTrue(error.errorMessage().endsWith("signal 9"), error.errorMessage());
      assertNotEquals(first, function.invoke("\"pid\"").text());
    }
  }

  @Test
  void aSecondProcessIsStartedOnlyWhileTheFirstIsBusy() {
    try (LambdaFunction function = function("runs", 2)) {
      String first = function.invoke("\"pid\"").text();
      assertEquals(first, function.invoke("\"pid\"").text());
      CompletableFuture<Answer> hanging = function.invokeAsync("\"hang\"".getBytes(UTF_8));
      function.awaitBusy(1, LONG);
      assertNotEquals(first, function.invoke("\"pid\"").text());
      assertEquals(2, function.timings().size());
      function.kill();
      hanging.join();
    }
  }

  @Test
  void aRecycledFunctionLetsTheBusyProcessAnswerAndUsesItNoMore() {
    CountDownLatch recycled = new CountDownLatch(1);
    try (LabServer server = LabServer.start("slow service", 0, answersAfter(recycled));
        LambdaFunction function = function("runs", 2)) {
      CompletableFuture<Answer> busy =
          function.invokeAsync("\"ask %s/\"".formatted(server.url()).getBytes(UTF_8));
      function.awaitBusy(1, LONG);
      String idle = function.invoke("\"pid\"").text();

      function.recycle();
      recycled.countDown();

      assertEquals("\"done\"", busy.join().text());
      assertEquals(3, function.timings().size());
      String fresh = function.invoke("\"pid\"").text();
      assertNotEquals(idle, fresh);
      assertEquals(Long.toString(function.timings().getLast().pid()), fresh);
    }
  }

  @Test
  void anEventThatADyingProcessDoesNotTakeIsReportedAsDeliveredToTheNextOneOnly() {
    CountDownLatch taken = new CountDownLatch(1);
    List<Long> pids = new CopyOnWriteArrayList<>();
    try (LabServer server = LabServer.start("slow service", 0, answersAfter(taken));
        LambdaFunction function = function("runs", 2)) {
      function.onEvent(event -> {
        if (event instanceof LabEvent.Delivered delivered) {
          pids.add(delivered.pid());
        }
      });
      String dying = function.invoke("\"leave %s/\"".formatted(server.url())).text();
      CompletableFuture<Answer> one = function.invokeAsync("\"pid\"".getBytes(UTF_8));
      CompletableFuture<Answer> other = function.invokeAsync("\"pid\"".getBytes(UTF_8));
      // The first of the two waits for the dying process, which is the only idle one.
      CompletableFuture.anyOf(one, other).join();
      taken.countDown();

      String next = one.join().text();
      assertEquals(next, other.join().text());
      assertEquals(Stream.of(dying, next, next).map(Long::valueOf).toList(), pids);
    }
  }

  @Test
  void anAnswerAboveSixMegabytesIsRefusedAsLambdaRefusesIt() {
    try (LambdaFunction function = function("runs", 1)) {
      FunctionError error = assertInstanceOf(FunctionError.class, function.invoke("\"big\""));
      assertEquals("Function.ResponseSizeTooLarge", error.errorType());
    }
  }

  @Test
  void aFailureAtInitIsReportedInOneLineWithItsReason() {
    try (LambdaFunction function = function("dies", 1)) {
      LabException died = assertThrows(LabException.class, function::start);
      assertEquals(
          "the fake function died at init: Runtime exited with error: exit status 1:"
              + " OUTPUT_BUCKET is missing",
          died.getMessage());
    }
  }

  @Test
  void anInitErrorHasTheFunctionsOwnMessage() {
    try (LambdaFunction function = function("reports", 1)) {
      FunctionError error = assertInstanceOf(FunctionError.class, function.invoke("1"));
      assertEquals("Bad.Init", error.errorType());
      assertTrue(error.errorMessage().endsWith("no key"), error.errorMessage());
    }
  }

  @Test
  void aProgramThatDoesNotExistIsReportedInOneLine() {
    Program nowhere = new Program("nowhere", List.of("/no/such/program"), Map.of());
    try (LambdaFunction function =
        new LambdaFunction(nowhere, Map.of(), LONG, 1, tmp, line -> {})) {
      LabException refused = assertThrows(LabException.class, function::start);
      assertTrue(refused.getMessage().startsWith("nowhere does not start"), refused.getMessage());
    }
  }

  @Test
  void theTimesOfAProcessAreMeasured() {
    try (LambdaFunction function = function("runs", 1)) {
      function.invoke("1");
      ProcessTiming timing = function.timings().getFirst();
      assertNotNull(timing.init());
      assertNotNull(timing.firstAnswer());
    }
  }

  @Test
  void nothingIsLeftAfterClosing() throws Exception {
    long pid;
    try (LambdaFunction function = function("runs", 1)) {
      pid = Long.parseLong(function.invoke("\"pid\"").text());
    }
    assertFalse(ProcessHandle.of(pid).isPresent());
    try (Stream<Path> left = Files.list(tmp)) {
      assertEquals(0, left.count());
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw (IOException) new InterruptedIOException("the test ends").initCause(e);
    }
  }

  private static HttpHandler answersAfter(CountDownLatch latch) {
    return exchange -> {
      await(latch);
      LabServer.answer(exchange, 200, "text/plain", "done");
    };
  }

  private LambdaFunction function(String mode, int concurrency) {
    return new LambdaFunction(
        FakeFunction.program(mode), Map.of(), LONG, concurrency, tmp, line -> {});
  }
}

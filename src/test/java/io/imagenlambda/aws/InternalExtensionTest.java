package io.imagenlambda.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.http.LabServer;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InternalExtensionTest {
  private static final String PAST_ITS_DEADLINE =
      "{\"eventType\":\"INVOKE\",\"requestId\":\"first\",\"deadlineMs\":1}";

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch askedAgain = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  @Test
  void theNextEventIsNotAskedForWhileWorkIsUnderWayEvenPastTheDeadline() throws Exception {
    try (LabServer api = LabServer.start("extensions API", 0, this::serve)) {
      InternalExtension extension =
          new InternalExtension(Optional.of(api.authority()), new ObjectMapper());
      InternalExtension.Work work = extension.begins("first");
      extension.starts(new StartupEvent());
      assertTrue(extension.isRegistered());

      while (!waits() && askedAgain.getCount() > 0) {
        Thread.onSpinWait();
      }
      assertEquals(1, askedAgain.getCount(), "it asked for the next event beside its work");
      work.close();

      assertTrue(askedAgain.await(30, TimeUnit.SECONDS), "it asks when the work has ended");
      closed.countDown();
    }
  }

  @Test
  void withoutTheExtensionsApiNothingGoesOn() {
    try (LabServer api = LabServer.start("no extensions API", 0, InternalExtensionTest::missing)) {
      InternalExtension extension =
          new InternalExtension(Optional.of(api.authority()), new ObjectMapper());
      extension.starts(new StartupEvent());
      assertFalse(extension.isRegistered());
    }
  }

  /** Whether a thread of the extension waits for the end of work, and not for Lambda. */
  private static boolean waits() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(
            each -> each.getName().equals("extension") && each.getState() == Thread.State.WAITING);
  }

  private void serve(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().endsWith("/register")) {
      exchange.getResponseHeaders().set("Lambda-Extension-Identifier", "1");
      LabServer.answer(exchange, 200, "application/json", "{}");
    } else if (asked.incrementAndGet() == 1) {
      LabServer.answer(exchange, 200, "application/json", PAST_ITS_DEADLINE);
    } else {
      askedAgain.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        throw (IOException) new InterruptedIOException("the test is over").initCause(e);
      }
    }
  }

  private static void missing(HttpExchange exchange) throws IOException {
    LabServer.answer(exchange, 404, "text/plain", "404 page not found\n");
  }
}

package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.chaos.S3FaultInjector.S3Fault;
import io.imagenlambda.lab.http.LabServer;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultyS3Test {
  private static final Instant UNTIL = Instant.parse("2026-11-22T10:00:00.123Z");
  private static final int MAX_ATTEMPTS = 3;

  private final LabServer s3 =
      LabServer.start(
          "S3",
          0,
          exchange ->
              LabServer.answer(
                  exchange, 200, "application/json", "{\"until\":\"%s\"}".formatted(UNTIL)));
  private final S3FaultInjector faults = new S3FaultInjector(1, InstantSource.system());
  private final FaultyS3 faultyS3 = new FaultyS3(faults);
  private final HttpClient http = HttpClient.newHttpClient();

  FaultyS3Test() {
    faultyS3.forwardTo(s3.url());
  }

  @AfterEach
  void stop() {
    faultyS3.close();
    s3.close();
  }

  @Test
  void everyFaultIsMetAndNoCallFailsThreeTimesInARow() throws Exception {
    Set<S3Fault> all =
        EnumSet.complementOf(EnumSet.of(S3Fault.CONFLICT, S3Fault.HANG_BEFORE, S3Fault.HANG_AFTER));
    while (!faults.met().keySet().equals(all)) {
      assertEquals(UNTIL, persistentlyRead("/images/images/a/result.json"));
    }

    assertTrue(faults.calls() > faults.met().values().stream().mapToInt(n -> n).sum());
  }

  @Test
  void aClaimIsReadWithTheTimesOfClocksAheadAndBehind() throws Exception {
    Set<Instant> read = new HashSet<>();
    while (read.size() < 2) {
      read.add(persistentlyRead("/images/images/a/claim-0.json"));
    }

    assertEquals(Set.of(UNTIL.plusSeconds(4), UNTIL.minusSeconds(4)), read);
  }

  @Test
  void nothingFailsAfterTheStopAndClocksAgree() throws Exception {
    faults.stop();
    for (int call = 0; call < 100; call++) {
      assertEquals(UNTIL, read("/images/images/a/claim-0.json"));
    }

    assertEquals(0, faults.met().size());
  }

  private Instant persistentlyRead(String key) throws Exception {
    IOException last = null;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        return read(key);
      } catch (IOException failed) {
        last = failed;
      }
    }
    throw new AssertionError("%d attempts failed".formatted(MAX_ATTEMPTS), last);
  }

  private Instant read(String key) throws IOException, InterruptedException {
    URI uri = faultyS3.endpoint().resolve(key);
    var response =
        http.send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    return Instant.parse(JsonPath.from(response.body()).getString("until"));
  }
}

package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.spool.SampleImages;
import io.imagenlambda.spool.Spool;
import io.imagenlambda.storage.ScriptedS3.Request;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class UploadTest {
  private static final byte[] JSON = "{}".getBytes(UTF_8);

  @Test
  void anImageIsSentAsItIsWithNothingSignedOrChunkedAroundIt() throws Exception {
    byte[] png = Arrays.copyOf(SampleImages.png(5, 5), 700_000);
    try (ScriptedS3 s3 = new ScriptedS3((n, request, exchange) -> ScriptedS3.ok(exchange))) {
      putImage(s3.store(), png);

      Request put = s3.requests.getFirst();
      assertEquals(new String(png, ISO_8859_1), put.body());
      assertEquals("700000", put.headers().getFirst("Content-Length"));
      assertEquals("UNSIGNED-PAYLOAD", put.headers().getFirst("x-amz-content-sha256"));
      assertTrue(
          requireNonNull(put.headers().getFirst("Authorization"))
              .contains("x-amz-checksum-sha256"));
      assertFalse(put.headers().containsKey("Expect"));
      assertFalse(put.headers().containsKey("Content-Encoding"));
      assertFalse(put.headers().containsKey("x-amz-trailer"));
    }
  }

  @Test
  void anImageIsSentAgainInFullWhenS3IsBusy() throws Exception {
    byte[] png = Arrays.copyOf(SampleImages.png(5, 5), 700_000);
    try (ScriptedS3 s3 =
        new ScriptedS3((n, request, exchange) -> {
          if (n < 3) {
            ScriptedS3.refuse(exchange, 503, "SlowDown");
          } else {
            ScriptedS3.ok(exchange);
          }
        })) {
      putImage(s3.store(), png);
      assertEquals(3, s3.requests.size());
      assertEquals(new String(png, ISO_8859_1), s3.requests.getLast().body());
    }
  }

  @Test
  void oneConnectionServesOneCallAfterAnother() throws Exception {
    try (ScriptedS3 s3 =
        new ScriptedS3((n, request, exchange) -> {
          if (request.method().equals("PUT")) {
            ScriptedS3.ok(exchange);
          } else {
            ScriptedS3.refuse(exchange, 404, "NoSuchKey");
          }
        })) {
      ImageStore store = s3.store();
      for (int n = 0; n < 3; n++) {
        store.replace("id", "a.json", JSON);
        store.read("id", "b.json");
        store.image("id", "0.png");
        putImage(store, SampleImages.png(5, 5));
      }
      assertEquals(12, s3.requests.size());
      assertEquals(1, s3.requests.stream().map(Request::clientPort).distinct().count());
    }
  }

  @Test
  void aBusyS3IsAFailureThatMayPass() {
    try (ScriptedS3 s3 =
        new ScriptedS3((n, request, exchange) -> ScriptedS3.refuse(exchange, 503, "SlowDown"))) {
      StorageFailure failure =
          assertThrows(StorageFailure.class, () -> s3.store().replace("id", "a.json", JSON));
      assertTrue(failure.retryable());
      assertEquals(4, s3.requests.size());
      assertEquals(
          "PutObject s3://pictures/images/id/a.json failed: SlowDown, As scripted, status 503,"
              + " request id REQ-1",
          failure.getMessage());
    }
  }

  @Test
  void creatingIsTriedAgainAfterAConflict() {
    try (ScriptedS3 s3 =
        new ScriptedS3((n, request, exchange) -> {
          if (n == 1) {
            ScriptedS3.refuse(exchange, 409, "ConditionalRequestConflict");
          } else {
            ScriptedS3.ok(exchange);
          }
        })) {
      assertTrue(s3.store().create("id", "claim-0.json", JSON));
      assertEquals("*", s3.requests.getLast().headers().getFirst("If-None-Match"));
    }
  }

  @Test
  void creatingDoesNotKnowItsOwnObjectWhereTheAnswerToItsFirstAttemptWasLost() {
    try (ScriptedS3 s3 =
        new ScriptedS3((n, request, exchange) -> {
          if (n == 1) {
            exchange.close();
          } else {
            ScriptedS3.refuse(exchange, 412, "PreconditionFailed");
          }
        })) {
      assertFalse(s3.store().create("id", "claim-0.json", JSON));
      assertEquals(2, s3.requests.size());
    }
  }

  private static void putImage(ImageStore store, byte[] image) throws Exception {
    try (Spool spool = TestS3.spool()) {
      spool.write(image);
      store.putImage("id", "0", spool, "a-digest", Map.of());
    }
  }
}

package io.imagenlambda.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.request.Finding;
import io.imagenlambda.settings.Settings.UrlStyle;
import io.imagenlambda.storage.ScriptedS3.Script;
import org.junit.jupiter.api.Test;

/** An S3 that cannot do what a request needs of it. */
final class StorageCheckTest {
  private static Finding bucket(Script script) {
    try (ScriptedS3 s3 = new ScriptedS3(script)) {
      var settings = TestS3.settings(TestS3.BUCKET, UrlStyle.S3);
      S3Calls calls = s3.calls();
      return new StorageCheck(settings, calls, new RequestObjects(settings, calls)).bucket();
    }
  }

  private static void assertWrong(Finding finding, String why) {
    assertEquals(false, finding.ok(), finding.message());
    assertTrue(finding.message().contains(why), finding.message());
    assertTrue(finding.message().contains("OUTPUT_BUCKET"), finding.message());
  }

  @Test
  void oneWithoutConditionalWritesIsWrong() {
    assertWrong(
        bucket((attempt, request, exchange) -> {
          if (request.method().equals("PUT")) {
            ScriptedS3.ok(exchange);
          } else {
            byte[] list = "<ListBucketResult></ListBucketResult>".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
          }
        }),
        "ignores If-None-Match");
  }

  @Test
  void oneThatMayNotBeReadIsWrong() {
    assertWrong(
        bucket((attempt, request, exchange) -> {
          if (request.headers().containsKey("If-None-Match")) {
            ScriptedS3.refuse(exchange, 412, "PreconditionFailed");
          } else if (request.method().equals("PUT")) {
            ScriptedS3.ok(exchange);
          } else {
            ScriptedS3.refuse(exchange, 403, "AccessDenied");
          }
        }),
        "ListObjectsV2");
  }

  @Test
  void oneThatMayNotBeWrittenIsWrong() {
    assertWrong(
        bucket((attempt, request, exchange) -> ScriptedS3.refuse(exchange, 403, "AccessDenied")),
        "AccessDenied");
  }
}

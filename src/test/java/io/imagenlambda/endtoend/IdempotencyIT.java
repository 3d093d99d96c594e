package io.imagenlambda.endtoend;

import static io.imagenlambda.request.TestRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/** One request is paid for once, whatever happens: the simulator's calls are counted. */
final class IdempotencyIT {
  @AutoClose
  private static final Lab lab =
      Lab.start(LabOptions.forTests().timeout(Duration.ofSeconds(20)).env("IMAGEN_TIMEOUT", "13s"));

  @Test
  void twoDeliveriesAtTheSameMomentMakeOneCall() {
    String event = request("twins", "[fault:slow=300] twins");

    List<CompletableFuture<Answer>> deliveries =
        Stream.generate(() -> lab.function().invokeAsync(event.getBytes(UTF_8))).limit(3).toList();
    List<JsonPath> results = deliveries.stream().map(each -> success(each.join())).toList();

    assertEquals(1, calls("twins"));
    assertEquals(
        List.of("succeeded", "succeeded", "succeeded"),
        results.stream().map(result -> result.getString("status")).toList());
    assertEquals(2, results.stream().filter(result -> result.getBoolean("replayed")).count());
    assertEquals(
        1, results.stream().map(result -> result.getString("images.sha256")).distinct().count());
  }

  @Test
  void aRedeliveryAfterSuccessGetsTheStoredResult() {
    String event = request("again", "again");

    JsonPath first = success(lab.function().invoke(event));
    JsonPath second = success(lab.function().invoke(event));

    assertEquals(1, calls("again"));
    assertFalse(first.getBoolean("replayed"));
    assertTrue(second.getBoolean("replayed"));
    assertEquals(first.getString("images.sha256"), second.getString("images.sha256"));
    assertEquals(first.getString("createdAt"), second.getString("createdAt"));
  }

  @Test
  void aFailureIsAResultThatIsReplayedToo() {
    String event = request("blocked", "[fault:blocked] blocked");

    assertEquals("filtered", success(lab.function().invoke(event)).getString("status"));
    assertTrue(success(lab.function().invoke(event)).getBoolean("replayed"));
    assertEquals(1, calls("blocked"));
  }

  @Test
  void theSameIdWithAnotherRequestIsRefusedByName() {
    lab.function().invoke(request("taken", "one thing"));

    Answer answer = lab.function().invoke(request("taken", "another thing"));

    var error = assertInstanceOf(Answer.FunctionError.class, answer);
    assertEquals("InvalidRequest", error.errorType());
    assertEquals("the id taken belongs to another request: choose another", error.errorMessage());
    assertEquals(0, calls("another thing"));
  }

  /** The result was looked for a moment before it was stored, and the claim a moment after. */
  @Test
  void aClaimThatHasEndedWithAResultIsNotTakenOverWhereTheResultWasNotSeen() {
    success(lab.function().invoke(request("seen-late", "seen late")));
    lab.s3().deleteObject(delete -> delete.bucket("images").key("images/seen-late/result.json"));

    Answer early = lab.functionWith(Map.of()).invoke(request("seen-late", "seen late"));
    expire("seen-late", 0);
    JsonPath late = success(lab.function().invoke(request("seen-late", "seen late")));

    assertInstanceOf(Answer.FunctionError.class, early, early::text);
    assertEquals("succeeded", late.getString("status"), "its image is found");
    assertEquals(1, calls("seen late"));
  }

  @Test
  void aFunctionKilledAfterThePaidCallIsNotPaidForTwiceAndItsImagesAreFound() {
    String event =
        """
        {"id":"killed","prompt":"[fault:stall=2] killed","parameters":{"sampleCount":2}}\
        """;
    LambdaFunction victim = lab.functionWith(Map.of());
    CompletableFuture<Answer> killed = victim.invokeAsync(event.getBytes(UTF_8));
    lab.s3()
        .waiter()
        .waitUntilObjectExists(image -> image.bucket("images").key("images/killed/0.png"));
    victim.kill();
    assertEquals(
        "Runtime.ExitError",
        assertInstanceOf(Answer.FunctionError.class, killed.join()).errorType());

    Answer early = lab.functionWith(Map.of()).invoke(event);
    assertEquals(
        "ImagenUnavailable",
        assertInstanceOf(Answer.FunctionError.class, early).errorType(),
        "the claim is still good");
    expire("killed", 0);
    JsonPath late = success(lab.function().invoke(event));

    assertEquals(1, calls("killed"));
    assertEquals("partial", late.getString("status"));
    assertEquals(
        List.of("s3://images/images/killed/0.png"), late.getList("images.s3Uri", String.class));
    assertEquals("unknown", late.getString("error.outcome"));
    assertEquals("interrupted", late.getString("error.code"));
  }

  @Test
  void aClaimLeftBehindIsTakenOverWithoutACall() throws Exception {
    leaveClaimBehind("left", "left behind");

    JsonPath result = success(lab.function().invoke(request("left", "left behind")));

    assertEquals(1, calls("left behind"), "only the one that was broken off");
    assertEquals("failed", result.getString("status"));
    assertEquals("unknown", result.getString("error.outcome"));
    assertEquals("failed", claim("left", 2).getString("outcome"));
  }

  @Test
  void aClaimLeftBehindIsPaidForAgainWhereTheOperatorAllowsIt() throws Exception {
    leaveClaimBehind("repeated", "broken off");

    LambdaFunction repeating = lab.functionWith(Map.of("IMAGEN_REPEAT_UNKNOWN", "true"));
    JsonPath result = success(repeating.invoke(request("repeated", "broken off")));

    assertEquals(2, calls("broken off"));
    assertEquals("succeeded", result.getString("status"));
  }

  @Test
  void afterAnOutageTheNextDeliveryNeedNotWait() {
    String event = request("outage", "[fault:quotax1] outage");

    var error = assertInstanceOf(Answer.FunctionError.class, lab.function().invoke(event));
    JsonPath result = success(lab.function().invoke(event));

    assertEquals("ImagenAccount", error.errorType());
    assertEquals("succeeded", result.getString("status"));
    assertEquals(2, calls("outage"));
    assertEquals("account", claim("outage", 0).getString("outcome"));
    assertEquals("succeeded", claim("outage", 2).getString("outcome"));
  }

  @Test
  void anAnswerThatBrokeOffIsNotAskedForAgain() {
    String event = request("cut", "[fault:cut=1] cut");

    JsonPath first = success(lab.function().invoke(event));
    JsonPath second = success(lab.function().invoke(event));

    assertEquals("failed", first.getString("status"));
    assertEquals("unknown", first.getString("error.outcome"));
    assertTrue(second.getBoolean("replayed"));
    assertEquals(1, calls("cut"));
  }

  /** An attempt whose process is killed in the middle of the call, and whose time is over. */
  private static void leaveClaimBehind(String id, String prompt) throws InterruptedException {
    try (LambdaFunction victim = lab.functionWith(Map.of())) {
      int callsBefore = lab.predict().journal().calls().size();
      lab.predict().nextCall("stall=1");
      CompletableFuture<Answer> killed = victim.invokeAsync(request(id, prompt).getBytes(UTF_8));
      lab.predict().journal().awaitCalls(callsBefore + 1, Duration.ofSeconds(20));
      victim.kill();
      assertInstanceOf(Answer.FunctionError.class, killed.join());
    }
    expire(id, 0);
  }

  /** Sets a claim's end back, so that no test has to wait for it. */
  private static void expire(String id, int number) {
    String claim = text(claimKey(id, number));
    String until = JsonPath.from(claim).getString("until");
    String past = Instant.now().minusSeconds(60).toString();
    lab.s3()
        .putObject(
            put -> put.bucket("images").key(claimKey(id, number)),
            RequestBody.fromString(claim.replace(until, past)));
  }

  private static String claimKey(String id, int number) {
    return "images/%s/claim-%d.json".formatted(id, number);
  }

  private static String text(String key) {
    return lab.s3().getObjectAsBytes(get -> get.bucket("images").key(key)).asUtf8String();
  }

  private static JsonPath claim(String id, int number) {
    return new StoredObjects(lab).claim(id, number);
  }

  private static int calls(String text) {
    return lab.predict().journal().callsWith(text).size();
  }

  private static JsonPath success(Answer answer) {
    return JsonPath.from(assertInstanceOf(Answer.Success.class, answer, answer::text).text());
  }
}

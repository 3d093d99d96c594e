package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A call is answered in time, and what it asked for is made all the same, and paid for once. */
final class PatienceIT extends LabCase {
  private static final Duration A_WHILE = Duration.ofSeconds(60);

  PatienceIT() {
    super(
        LabOptions.forTests()
            .concurrency(3)
            .timeout(Duration.ofSeconds(20))
            .env("IMAGEN_TIMEOUT", "10s")
            .env("IMAGEN_HTTP_PATIENCE", "1s")
            .triggers(TriggerOptions.ON.redeliveryDelay(Duration.ZERO)));
  }

  @Test
  void aCallThatTakesLongIsAnsweredWithItsPlaceAndItsImagesAreMadeAllTheSame() {
    Response answer = post("/images", "slow", "[fault:slow=8000] a pier");

    answer
        .then()
        .statusCode(202)
        .header("location", "images/slow")
        .header("retry-after", matchesPattern("[1-9]\\d*"))
        .body("id", equalTo("slow"));
    assertTrue(stored.of("slow").contains("request.json"), "before the answer");
    URI place = placeOf("/images", answer);
    given().get(place).then().statusCode(202).body("id", equalTo("slow"));
    lab.function().awaitBusy(0, A_WHILE);
    given()
        .get(place)
        .then()
        .statusCode(200)
        .body("status", equalTo("succeeded"))
        .body("images", hasSize(1));
    lab.queue().awaitEmpty(A_WHILE); // it came again, and had its result
    assertEquals(1, calls());
  }

  @Test
  void aCallThatIsAnsweredInTimeHasItsImages() {
    post("/images", "quick", "a pier").then().statusCode(200).body("images", hasSize(1));

    assertEquals(List.of("0.png", "claim-0.json", "result.json"), stored.of("quick"));
  }

  @Test
  void whatIsRefusedAfterTheAnswerComesAgainFromTheQueue() {
    Response answer = post("/images", "refused", "[fault:slow=1500][fault:quotax1] a pier");

    answer.then().statusCode(202);
    URI place = placeOf("/images", answer);
    lab.queue().awaitMessage("\"refused\"", A_WHILE);
    lab.queue().awaitEmpty(A_WHILE);
    given().get(place).then().statusCode(200).body("status", equalTo("succeeded"));
    assertEquals(2, calls(), "one for the call, one for the message");
  }

  @Test
  void aRequestWhoseProcessDiesAfterTheAnswerEndsAllTheSame() {
    Response answer = post("/images", "died", "[fault:slow=60000] a pier");

    answer.then().statusCode(202);
    lab.function().kill();

    lab.queue().awaitMessage("\"died\"", A_WHILE);
    lab.queue().awaitEmpty(A_WHILE);
    given()
        .get(placeOf("/images", answer))
        .then()
        .statusCode(200)
        .body("status", equalTo("failed"))
        .body("error.code", equalTo("interrupted"));
    assertEquals(1, calls());
  }

  @Test
  void aClientOfTheProvidersApiIsToldNotToRepeatWhatIsStillBeingMade() {
    String path = "/v1beta/models/imagen-4.0-generate-001:predict";
    Response answer =
        given()
            .header("Idempotency-Key", "drop-in")
            .body(
                "{\"instances\":[{\"prompt\":\"[fault:slow=8000] a pier\"}],"
                    + "\"parameters\":{\"sampleCount\":1}}")
            .post(lab.url() + path);

    answer
        .then()
        .statusCode(422)
        .header("x-should-retry", "false")
        .header("location", "../../images/drop-in")
        .body("error.status", equalTo("FAILED_PRECONDITION"))
        .body("error.details[0].metadata.id", equalTo("drop-in"));
    lab.function().awaitBusy(0, A_WHILE);
    given().get(placeOf(path, answer)).then().statusCode(200).body("images", hasSize(1));
    lab.queue().awaitEmpty(A_WHILE);
    assertEquals(1, calls());
  }

  private Response post(String path, String id, String prompt) {
    return given()
        .body(
            "{\"id\":\"%s\",\"prompt\":\"%s\",\"parameters\":{\"sampleCount\":1}}"
                .formatted(id, prompt))
        .post(lab.url() + path);
  }

  /** As clients resolve it. */
  private URI placeOf(String path, Response answer) {
    return URI.create(lab.url() + path).resolve(answer.header("location"));
  }
}

package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.LabOptions;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers who have nothing but a key: no other spends anything, or sees anything. */
final class ClientKeysIT extends LabCase {
  private static final String KEY = "key-of-a-client-1";
  private static final String OTHER = "key-of-a-client-2";
  private static final String PREDICT = "/v1beta/models/imagen-4.0-generate-001:predict";

  ClientKeysIT() {
    super(LabOptions.forTests().clientKeys(KEY, OTHER));
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer key-of-a-client-1",
    "x-goog-api-key, key-of-a-client-2",
    "x-api-key, key-of-a-client-1"
  })
  void aKeyLetsACallIn(String header, String value) {
    given()
        .header(header, value)
        .body("{\"prompt\":\"a pier\",\"parameters\":{\"sampleCount\":1}}")
        .post(lab.url() + "/images")
        .then()
        .statusCode(200);
  }

  @Test
  void aKeyInTheQueryLetsACallIn() {
    given()
        .queryParam("key", KEY)
        .body("{\"instances\":[{\"prompt\":\"a pier\"}]}")
        .post(lab.url() + PREDICT)
        .then()
        .statusCode(200);
  }

  @Test
  void whoHasNoKeyIsRefusedOnEveryRouteInItsOwnWordsAndCostsNothing() {
    refused(given().body("not even JSON"), "/images").body("detail", containsString("a key is"));
    given().get(lab.url() + "/images/somebodys").then().statusCode(401);
    given().get(lab.url() + "/manifests/somebodys").then().statusCode(401);
    given().get(lab.url() + "/nothing").then().statusCode(401);
    refused(given().body("{}"), PREDICT).body("error.status", equalTo("UNAUTHENTICATED"));
    refused(
            given().header("Authorization", "Bearer key-of-nobody-at-all"),
            "/v1/images/generations")
        .body("error.type", equalTo("authentication_error"));
    assertEquals(0, calls());
  }

  private ValidatableResponse refused(RequestSpecification call, String path) {
    return call.post(lab.url() + path).then().statusCode(401).header("www-authenticate", "Bearer");
  }
}

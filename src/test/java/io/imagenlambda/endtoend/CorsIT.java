package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.LabOptions;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts of web pages that stand elsewhere, as a browser sends their calls. */
final class CorsIT extends LabCase {
  private static final String SHOP = "https://shop.example.com";
  private static final String KEY = "key-of-the-shop-1";
  private static final String ALLOW_ORIGIN = "access-control-allow-origin";

  CorsIT() {
    super(LabOptions.forTests().corsOrigins(SHOP).clientKeys(KEY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/images", "/images/one", "/v1/images/generations", "/v1beta/models/m:predict"})
  void aBrowserIsToldThatThePageMayCallThoughItSendsNoKeyYet(String path) {
    from(SHOP)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type")
        .options(lab.url() + path)
        .then()
        .statusCode(204)
        .header(ALLOW_ORIGIN, equalTo(SHOP))
        .header("access-control-allow-headers", equalTo("authorization, *"))
        .body(emptyString());
    assertEquals(0, calls());
  }

  @Test
  void thePageReadsTheAnswerAndTheImages() {
    String url =
        post("{\"prompt\":\"a pier\",\"parameters\":{\"sampleCount\":1}}")
            .statusCode(200)
            .header(ALLOW_ORIGIN, equalTo(SHOP))
            .body("images", hasSize(1))
            .extract()
            .path("images[0].url");

    from(SHOP)
        .urlEncodingEnabled(false)
        .get(url)
        .then()
        .statusCode(200)
        .header(ALLOW_ORIGIN, equalTo(SHOP));
  }

  @Test
  void thePageReadsItsErrorsToo() {
    post("{\"prompt\":7}").statusCode(400).header(ALLOW_ORIGIN, equalTo(SHOP));
    from(SHOP)
        .body("{}")
        .post(lab.url() + "/v1/images/generations")
        .then()
        .statusCode(401)
        .header(ALLOW_ORIGIN, equalTo(SHOP))
        .header("access-control-expose-headers", containsString("retry-after"));
    assertEquals(0, calls());
  }

  private ValidatableResponse post(String body) {
    return from(SHOP)
        .header("Authorization", "Bearer " + KEY)
        .body(body)
        .post(lab.url() + "/images")
        .then();
  }

  private static RequestSpecification from(String origin) {
    return given().header("Origin", origin);
  }
}

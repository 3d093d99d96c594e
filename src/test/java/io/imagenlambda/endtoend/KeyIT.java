package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Call;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The key out of a secret: changed while the function runs, missing, forbidden, not what it was.
 */
final class KeyIT extends LabCase {
  KeyIT() {
    super(LabOptions.forTests());
  }

  @AfterEach
  void mendKey() {
    lab.predict().rotateKey(Lab.API_KEY);
  }

  @Test
  void aKeyThatWasRotatedCostsOneRefusedCallAndNothingElse() {
    lab.secrets().put("rotated", "sk-before-rotation");
    lab.predict().rotateKey("sk-before-rotation");
    try (LambdaFunction function = functionWithSecret("rotated")) {
      succeed(function);
      succeed(function);
      assertEquals(1, readsOf("rotated"), "a secret is read once");

      lab.secrets().put("rotated", "sk-after-rotation");
      lab.predict().rotateKey("sk-after-rotation");
      String answer = succeed(function);
      succeed(function);

      assertEquals(List.of(200, 200, 401, 200, 200), statuses());
      assertTrue(answer.contains("\"attempts\":2"), answer);
      assertEquals(2, readsOf("rotated"));
    }
  }

  @Test
  void aKeyMayBeOneFieldOfSeveral() {
    lab.secrets().put("fields", "{\"user\":\"me\",\"pass\":\"sk-in-a-field\"}", "sk-in-a-field");
    lab.predict().rotateKey("sk-in-a-field");
    try (LambdaFunction function = functionWithSecret("fields:pass::")) {
      succeed(function);
    }
    assertEquals(List.of(200), statuses());
  }

  @Test
  void aSecretThatIsNotThereIsTheOperatorsToMend() throws InterruptedException {
    assertRefused("missing", "Secrets Manager can't find the specified secret.");
  }

  @Test
  void aSecretThatMayNotBeReadIsTheOperatorsToMend() throws InterruptedException {
    lab.secrets().put("denied", "sk-behind-a-wall");
    lab.secrets().deny("denied");
    assertRefused("denied", "not authorized to perform: secretsmanager:GetSecretValue");
  }

  @Test
  void aSecretThatIsBrokenIsTheOperatorsToMend() throws InterruptedException {
    lab.secrets().put("broken", "{\"apiKey\":\"sk-without-end", "sk-without-end");
    assertRefused("broken", "it is not JSON");
  }

  @Test
  void aSecretWithoutTheFieldIsTheOperatorsToMend() throws InterruptedException {
    lab.secrets().put("other", "{\"apiKey\":\"sk-in-another\"}", "sk-in-another");
    assertRefused("other:pass::", "it has no text field named pass");
  }

  @Test
  void aKeyThatTheProviderRepeatsIsInNoAnswerAndNoLine() {
    String key = "sk-that-is-repeated";
    lab.predict().rotateKey(key);
    lab.predict().nextCall("empty={\"error\":{\"message\":\"Incorrect API key: " + key + "\"}}");
    try (LambdaFunction function = lab.functionWith(Map.of("TOKAIFY_API_KEY", key))) {
      String answer = function.invoke("{\"prompt\":\"a lighthouse\"}").text();
      assertTrue(answer.contains("Incorrect API key: ***"), answer);
    }
  }

  private void assertRefused(String secret, String why) throws InterruptedException {
    try (LambdaFunction function = functionWithSecret(secret)) {
      Answer answer = function.invoke("{\"id\":\"key\",\"prompt\":\"a lighthouse\"}");

      Answer.FunctionError error = assertInstanceOf(Answer.FunctionError.class, answer);
      assertEquals("ImagenAccount", error.errorType());
      assertTrue(
          error.errorMessage().startsWith("api_key: the API key cannot be read from secret "),
          error.errorMessage());
      assertTrue(error.errorMessage().contains(secret + ": " + why), error.errorMessage());
      function
          .output()
          .awaitLine(line -> line.contains(secret + ": " + why), Duration.ofSeconds(30));
      lab.secrets().allKeys().forEach(key -> assertFalse(error.text().contains(key), error.text()));
    }
    assertEquals(List.of(), statuses());
  }

  private LambdaFunction functionWithSecret(String name) {
    return lab.functionWith(Map.of("TOKAIFY_API_KEY", "", "TOKAIFY_API_KEY_SECRET", name));
  }

  private static String succeed(LambdaFunction function) {
    Answer answer =
        function.invoke("{\"prompt\":\"a lighthouse\",\"parameters\":{\"sampleCount\":1}}");
    assertInstanceOf(Answer.Success.class, answer, answer.text());
    return answer.text();
  }

  private long readsOf(String secret) {
    return lab.secrets().reads().stream().filter(secret::equals).count();
  }

  private List<Integer> statuses() {
    return lab.predict().journal().calls().stream().map(Call::status).toList();
  }
}

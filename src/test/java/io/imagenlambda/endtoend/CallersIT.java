package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.restassured.path.json.JsonPath;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Lambda reports of a mobile app that invokes the function, and of its user. */
final class CallersIT {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Lambda-Runtime-Cognito-Identity|"
            + "{\"cognitoIdentityId\":\"us-east-1:1\",\"cognitoIdentityPoolId\":\"us-east-1:2\"}",
        "Lambda-Runtime-Client-Context|"
            + "{\"client\":{\"installation_id\":\"i\",\"app_title\":\"t\"},"
            + "\"custom\":{\"a\":\"b\"},\"env\":{\"locale\":\"en\"},\"services\":{}}",
      })
  void anEventIsHandledWhateverTheHeadersSayOfItsCaller(String header, String value) {
    try (Lab lab = Lab.start(LabOptions.forTests())) {
      Answer answer = lab.function().invoke("{\"prompt\":\"p\"}", Map.of(header, value));

      var success = assertInstanceOf(Answer.Success.class, answer, answer::text);
      assertEquals("succeeded", JsonPath.from(success.text()).getString("status"));
    }
  }
}

package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However much is logged, nobody can use it to act for the function. The libraries would write
 * whole requests: the SDK's signer with the session token, the JDK with each header.
 */
final class LogLevelIT {
  private static final String TOKEN = "lab-session-token";
  private static final String KEY = "sk-that-is-in-no-line";

  @AutoClose private static final Lab lab = Lab.start(LabOptions.forTests());

  @ParameterizedTest
  @ValueSource(strings = {"DEBUG", "TRACE"})
  void noLevelOfTheLogShowsCredentialsOrSignatures(String level) {
    lab.secrets().put("logged", KEY);
    lab.predict().rotateKey(KEY);
    try (LambdaFunction function =
        lab.functionWith(
            Map.of(
                "QUARKUS_LOG_LEVEL", level,
                "QUARKUS_LOG_CATEGORY__SOFTWARE_AMAZON_AWSSDK__LEVEL", level,
                "QUARKUS_LOG_CATEGORY__SUN_NET_WWW__LEVEL", level,
                "QUARKUS_LOG_CATEGORY__ORG_JBOSS_RESTEASY__LEVEL", level,
                "AWS_SESSION_TOKEN", TOKEN,
                "TOKAIFY_API_KEY", "",
                "TOKAIFY_API_KEY_SECRET", "logged"))) {
      assertInstanceOf(Answer.Success.class, function.invoke("{\"prompt\":\"a lighthouse\"}"));
      assertInstanceOf(
          Answer.Success.class,
          function.invoke(
              "{\"requestContext\":{\"http\":{\"method\":\"POST\"}},\"rawPath\":\"/images\","
                  + "\"headers\":{\"prefer\":\"respond-async\"},"
                  + "\"body\":\"{\\\"prompt\\\":\\\"a pier\\\"}\"}"));

      assertEquals(
          List.of(), function.output().lines().stream().filter(LogLevelIT::leaks).toList());
    }
  }

  private static boolean leaks(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return Stream.of(TOKEN, KEY, "lab-secret-key", "authorization", "signature=", "signature:")
        .anyMatch(lower::contains);
  }
}

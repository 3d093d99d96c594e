package io.imagenlambda.provider;

import static io.imagenlambda.request.Outcome.ACCOUNT;
import static io.imagenlambda.request.Outcome.UNAVAILABLE;
import static io.imagenlambda.request.Outcome.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.provider.ProviderAnswer.Failed;
import io.imagenlambda.request.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors of LiteLLM's proxy in its own words, as version 1.108 writes them. */
@QuarkusTest
class LiteLlmErrorsTest extends UpstreamCase {

  private static final String DENIED =
      error(
          "key_model_access_denied",
          "The requested model 'x' is not available for this API key, or the model name is"
              + " invalid. Check the models available to you and try again.");

  private static String error(String type, String message) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.putObject("error").put("message", message).put("type", type).putNull("param");
    return error.toString();
  }

  private static String internal(String message) {
    return error("internal_server_error", "litellm.APIConnectionError: " + message);
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        // the key, without a database; and a database that is away for a while
        arguments(400, error("no_db_connection", "No connected db."), ACCOUNT),
        arguments(503, error("no_db_connection", "Database is not reachable"), UNAVAILABLE),
        // the budget of the key
        arguments(422, error("budget_exceeded", "Budget has been exceeded!"), ACCOUNT),
        // the model
        arguments(403, DENIED, ACCOUNT),
        arguments(
            400,
            error(
                "invalid_request_error",
                "You passed in model=x. There are no healthy deployments for this model"),
            ACCOUNT),
        // the provider was not reached
        arguments(500, internal("GeminiException - Cannot connect to host"), UNAVAILABLE),
        arguments(500, internal("GeminiException - <html>502 Bad Gateway</html>"), UNAVAILABLE),
        // the provider's answer was there, and could not be read
        arguments(
            500,
            internal("GeminiException - Error transforming generate content response: Expecting"),
            UNKNOWN),
        arguments(500, internal("argument of type 'NoneType' is not iterable"), UNKNOWN),
        arguments(500, internal("argument after ** must be a mapping, not list"), UNKNOWN));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void theWordsDecideWhoIsAtFault(int status, String body, Outcome outcome) {
    Failed failed = failure(status, body);
    assertEquals(outcome, failed.failure().outcome(), failed.failure().message());
  }

  @Test
  void aModelThatIsNotForThisKeyIsAReasonToAskAnother() {
    assertTrue(failure(403, DENIED).modelIsGone());
  }

  @Test
  void theProvidersRetryAfterIsKeptUnderItsOtherName() {
    assertEquals(
        Optional.of(Duration.ofSeconds(7)),
        failure(429, "", "llm_provider-retry-after: 7").retryAfter());
  }

  @Test
  void theIdOfTheCallIsToldOn() {
    assertEquals("c-1", failure(500, "", "x-litellm-call-id: c-1").providerRequestId());
  }
}

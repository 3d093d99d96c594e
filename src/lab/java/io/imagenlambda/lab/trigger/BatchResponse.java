package io.imagenlambda.lab.trigger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.lab.runtime.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which messages of a batch failed. The answer is read as strictly as Lambda reads it: with an
 * invalid one, all messages fail.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">Success
 *     and failure conditions</a>
 */
final class BatchResponse {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BatchResponse() {}

  /** Why each failed message failed, by its id. */
  static Map<String, String> failures(Answer answer, List<String> messageIds) {
    return switch (answer) {
      case Answer.FunctionError error ->
          all(messageIds, "%s: %s".formatted(error.errorType(), error.errorMessage()));
      case Answer.Success success -> failures(success.text(), messageIds);
    };
  }

  private static Map<String, String> failures(String answer, List<String> messageIds) {
    if (answer.isBlank()) {
      return Map.of();
    }
    JsonNode failures;
    try {
      failures = JSON.readTree(answer).path("batchItemFailures");
    } catch (JsonProcessingException e) {
      return all(messageIds, "the function's answer is not JSON");
    }
    Map<String, String> failed = new HashMap<>();
    Set<String> known = Set.copyOf(messageIds);
    for (JsonNode failure : failures) {
      String id = failure.path("itemIdentifier").asText("");
      if (!known.contains(id)) {
        return all(messageIds, "the function named a message that is not of the batch: " + failure);
      }
      failed.put(id, "named in batchItemFailures");
    }
    return failed;
  }

  private static Map<String, String> all(List<String> messageIds, String why) {
    Map<String, String> failed = new HashMap<>();
    messageIds.forEach(id -> failed.put(id, why));
    return failed;
  }
}

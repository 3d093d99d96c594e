package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.request.Failure;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Image;
import io.imagenlambda.request.OpenAiBody;
import io.imagenlambda.request.Usage;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's images API.
 *
 * @param defaultModel the model of a request that names none
 * @see <a href="https://platform.openai.com/docs/api-reference/images/create">Create image</a>
 */
record OpenAiApi(String defaultModel) implements ForeignApi {
  @Override
  public JsonNode request(JsonNode body) {
    return OpenAiBody.request(body, defaultModel);
  }

  @Override
  public boolean asksForBytes(JsonNode body) {
    return body.path(OpenAiBody.RESPONSE_FORMAT).asText().equals(OpenAiBody.BYTES);
  }

  @Override
  public boolean answersWithVerdict() {
    return false;
  }

  @Override
  public ObjectNode answer(GenerationResult result, List<byte[]> contents) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("created", result.createdAt().getEpochSecond());
    ArrayNode data = answer.putArray("data");
    for (int i = 0; i < result.images().size(); i++) {
      Image image = result.images().get(i);
      ObjectNode datum = data.addObject();
      if (contents.isEmpty()) {
        datum.put("url", image.url());
      } else {
        datum.put("b64_json", contents.get(i));
      }
      if (image.prompt() != null) {
        datum.put("revised_prompt", image.prompt());
      }
    }
    Usage usage = result.usage();
    if (usage != null) {
      answer
          .putObject("usage")
          .put("input_tokens", usage.promptTokens())
          .put("output_tokens", usage.outputTokens())
          .put("total_tokens", usage.totalTokens());
    }
    return answer;
  }

  @Override
  public ObjectNode error(int status, Problem problem, String location) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer
        .putObject("error")
        .put("message", message(problem, location))
        .put("type", type(status))
        .put("param", parameter(problem))
        .put("code", code(problem));
    return answer;
  }

  /** Clients show the message and nothing else. */
  private static String message(Problem problem, String location) {
    String message = problem.detail();
    if (problem.errors().size() > 1) {
      message = String.join("; ", problem.errors().stream().map(each -> each.detail()).toList());
    }
    return location.isEmpty() || message.contains(location)
        ? message
        : "%s (see %s)".formatted(message, location);
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 429 -> "rate_limit_error";
      case 503 -> "server_error";
      default -> "invalid_request_error";
    };
  }

  private static @Nullable String parameter(Problem problem) {
    return problem.errors().size() == 1 && problem.errors().getFirst().pointer().length() > 2
        ? problem.errors().getFirst().pointer().substring(2)
        : null;
  }

  private static String code(Problem problem) {
    GenerationResult result = problem.result();
    Failure error = result == null ? null : result.error();
    if (error != null) {
      return error.code();
    }
    return result != null && !result.filtered().isEmpty()
        ? "moderation_blocked"
        : problem.title().toLowerCase(Locale.ROOT).replace(' ', '_');
  }
}

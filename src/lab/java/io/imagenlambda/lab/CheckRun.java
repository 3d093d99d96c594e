package io.imagenlambda.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.lab.http.LabException;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import java.io.PrintStream;

/** Asks the function whether it is set up right, and prints a line for each thing. */
final class CheckRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckRun() {}

  /**
   * Prints the findings.
   *
   * @throws LabException with one line, where something is wrong
   */
  static void print(LambdaFunction function, PrintStream out) {
    Answer answer = function.invoke("{\"check\":true}");
    if (answer instanceof Answer.FunctionError error) {
      throw new LabException(
          "the function failed: %s: %s".formatted(error.errorType(), error.errorMessage()));
    }
    JsonNode findings;
    try {
      findings = JSON.readTree(answer.text());
    } catch (JsonProcessingException e) {
      throw new LabException("the function's answer is not JSON: " + answer.text(), e);
    }
    for (JsonNode check : findings.path("checks")) {
      out.printf(
          "%-5s %-14s %s%n",
          word(check.path("ok")), check.path("what").asText(), check.path("message").asText());
    }
    if (!findings.path("ok").asBoolean()) {
      throw new LabException("something is not set up right, see the lines that begin with WRONG");
    }
  }

  private static String word(JsonNode ok) {
    if (!ok.isBoolean()) {
      return "?";
    }
    return ok.asBoolean() ? "ok" : "WRONG";
  }
}

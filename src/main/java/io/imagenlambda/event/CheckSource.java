package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.imagenlambda.check.SetupCheck;
import io.imagenlambda.event.http.ClientKeys;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import jakarta.inject.Singleton;

/** The event {@code {"check":true}}, of a direct invoke only. */
@Singleton
final class CheckSource implements EventSource {
  private static final String FIELD = "check";

  private final SetupCheck check;
  private final ClientKeys keys;

  CheckSource(SetupCheck check, ClientKeys keys) {
    this.check = check;
    this.keys = keys;
  }

  @Override
  public boolean recognises(JsonNode event) {
    return event.has(FIELD);
  }

  @Override
  public String name(JsonNode event) {
    return "check";
  }

  @Override
  public SetupCheck.Findings answer(JsonNode event, Invocation invocation) {
    // Whoever asks for images beside it must not take the findings for a result.
    if (event.size() != 1 || !event.path(FIELD).equals(BooleanNode.TRUE)) {
      throw new InvalidRequest(
          "check must be true and stand alone, {\"check\":true}: it makes no images");
    }
    return check.run(invocation.deadline(), keys.check());
  }
}

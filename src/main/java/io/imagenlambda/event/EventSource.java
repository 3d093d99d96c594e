package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.request.Invocation;

/** One kind of event: what it asks for, and the answer that its sender expects. */
interface EventSource {
  /** Whether the event is of this kind; decided by what only this kind has. */
  boolean recognises(JsonNode event);

  /** What the log calls this kind of event: one lower-case word. */
  String name(JsonNode event);

  /**
   * Does what the event asks for.
   *
   * @return what Lambda passes back to the sender, as JSON
   * @throws FunctionError if the sender gets failures that way
   */
  Object answer(JsonNode event, Invocation invocation);
}

package io.imagenlambda.generation;

import java.time.Duration;

/** What is known of an id. */
public sealed interface Lookup {

  /** The request has ended. */
  record Finished(GenerationResult result) implements Lookup {}

  /** It is queued or being worked on. */
  record Underway(Duration retryAfter) implements Lookup {}

  /**
   * Nothing is stored, and nothing is under way.
   *
   * @param detail what there was, if anything
   */
  record NotFound(String detail) implements Lookup {}
}

package io.imagenlambda.generation;

/** What became of a request that is to run later. */
public sealed interface Acceptance {

  /** It is stored, and has to be put on the queue; again, if it may have been there before. */
  record Accepted() implements Acceptance {}

  /** It has ended already. */
  record Finished(GenerationResult result) implements Acceptance {}

  /** The id belongs to another request. */
  record Conflict() implements Acceptance {}
}

package io.imagenlambda.endtoend;

import java.util.List;

/** One of the provider's two wires, called with a request for two images. */
enum ImageWire {
  /** One call makes both images. */
  IMAGEN("imagen-4.0-generate-001") {
    @Override
    int mostCalls(ExpectedOutcome expected) {
      return expected.tries();
    }
  },

  /**
   * Each image has a call of its own. Above the wire nothing knows which one it is, so two sources
   * are enough: one that waits for its answer, and one that comes again.
   */
  GEMINI("gemini-nano-banana-2.1") {
    @Override
    int mostCalls(ExpectedOutcome expected) {
      return expected == ExpectedOutcome.SUCCEEDED_LATER ? 2 + 1 : 2 * expected.tries();
    }
  };

  private final String model;

  ImageWire(String model) {
    this.model = model;
  }

  /** A model that is called so. */
  String model() {
    return model;
  }

  /** The sources whose requests meet the faults of this wire. */
  List<RequestSource> sources() {
    return this == IMAGEN
        ? List.of(RequestSource.values())
        : List.of(RequestSource.HTTP, RequestSource.QUEUE);
  }

  /** How many calls one delivery makes at most. */
  abstract int mostCalls(ExpectedOutcome expected);

  /**
   * How many calls it makes at least. What is refused ends the try: its other call is not made if
   * it has not begun by then.
   */
  int leastCalls(ExpectedOutcome expected) {
    return expected.isStored() ? mostCalls(expected) : expected.tries();
  }
}

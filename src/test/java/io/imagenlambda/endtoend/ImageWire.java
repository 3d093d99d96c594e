package io.imagenlambda.endtoend;

import java.util.List;

/** One of the provider's two wires, called with a request for two images. */
enum ImageWire {
  /** One call makes both images. */
  IMAGEN("imagen") {
    @Override
    int mostCalls(ExpectedOutcome expected, int tries) {
      return tries;
    }
  },

  /**
   * Each image has a call of its own. Above the wire nothing knows which one it is, so two sources
   * are enough: one that waits for its answer, and one that comes again.
   */
  GEMINI("gemini") {
    @Override
    int mostCalls(ExpectedOutcome expected, int tries) {
      return expected == ExpectedOutcome.SUCCEEDED_LATER ? 2 + 1 : 2 * tries;
    }
  };

  private final String family;

  ImageWire(String family) {
    this.family = family;
  }

  /** A model that is called so, which nobody else asks for. */
  String model(String name) {
    return family + "-" + name;
  }

  /** The sources whose requests meet the faults of this wire. */
  List<RequestSource> sources() {
    return this == IMAGEN
        ? List.of(RequestSource.values())
        : List.of(RequestSource.HTTP, RequestSource.QUEUE);
  }

  /** How many calls so many tries make at most. */
  abstract int mostCalls(ExpectedOutcome expected, int tries);

  /**
   * How many calls they make at least. What is refused ends the try: its other call is not made if
   * it has not begun by then.
   */
  int leastCalls(ExpectedOutcome expected, int tries) {
    return expected.isStored() ? mostCalls(expected, tries) : tries;
  }
}

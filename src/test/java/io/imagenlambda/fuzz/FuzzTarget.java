package io.imagenlambda.fuzz;

/** What is fuzzed. */
enum FuzzTarget {
  /** What comes from outside as an event. */
  EVENTS("io.imagenlambda.event.EventsFuzzTest", "events"),

  /** What the predict API may answer. */
  ANSWERS("io.imagenlambda.provider.imagen.AnswersFuzzTest", "predict"),

  /** What Gemini may answer. */
  CONTENTS("io.imagenlambda.provider.gemini.GenerateContentFuzzTest", "gemini");

  private final String test;
  private final String samples;

  FuzzTarget(String test, String samples) {
    this.test = test;
    this.samples = samples;
  }

  /** The class with the {@code @FuzzTest}. */
  String test() {
    return test;
  }

  /** Where the fuzzer begins: recorded inputs. The JUnit integration adds the kept ones. */
  String samples() {
    return "src/test/resources/" + samples;
  }
}

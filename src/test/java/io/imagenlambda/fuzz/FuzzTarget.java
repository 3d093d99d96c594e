package io.imagenlambda.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is fuzzed. */
enum FuzzTarget {
  /** What comes from outside as an event. */
  EVENTS("io.imagenlambda.event.EventsFuzzTest", "events", false),

  /** What the predict API may answer. */
  ANSWERS("io.imagenlambda.provider.imagen.AnswersFuzzTest", "predict", true),

  /** What Gemini may answer. */
  CONTENTS("io.imagenlambda.provider.gemini.GenerateContentFuzzTest", "gemini", true);

  private final String test;
  private final String samples;
  private final boolean hasReference;

  FuzzTarget(String test, String samples, boolean hasReference) {
    this.test = test;
    this.samples = samples;
    this.hasReference = hasReference;
  }

  /**
   * Those of a list.
   *
   * @throws IllegalArgumentException where there is no such target
   */
  static List<FuzzTarget> named(String list) {
    return Stream.of(list.split(",", -1))
        .map(name -> valueOf(name.strip().toUpperCase(Locale.ROOT)))
        .toList();
  }

  /** The class with the {@code @FuzzTest}. */
  String test() {
    return test;
  }

  /**
   * Whether the input is read by Jackson, too. Then the fuzzer does not look at Jackson's branches:
   * they are no cases of ours, and to count them takes half the time.
   */
  boolean hasReference() {
    return hasReference;
  }

  /** Where the fuzzer begins: recorded inputs. The JUnit integration adds the kept ones. */
  String samples() {
    return "src/test/resources/" + samples;
  }
}

package io.imagenlambda.bench;

import io.imagenlambda.lab.runtime.Program;

/**
 * A program to be measured.
 *
 * @param name as it stands in the table
 * @param plain as it is started otherwise
 * @param trusting as it is started where it has to trust the lab's certificate
 */
record Candidate(String name, Program plain, Program trusting) {
  static final String NATIVE = "native";
  static final String JVM = "JVM";

  /** Whether it is the function itself, which knows SQS events too. */
  boolean isOurs() {
    return name.equals(NATIVE) || name.equals(JVM);
  }
}

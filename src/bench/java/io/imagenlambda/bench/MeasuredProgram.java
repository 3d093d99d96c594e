package io.imagenlambda.bench;

import io.imagenlambda.lab.runtime.Program;

/**
 * A program that the benchmark measures.
 *
 * @param name its name in the table
 * @param plain how it is started for HTTP
 * @param trusting how it is started for HTTPS, so that it trusts the lab's certificate
 */
record MeasuredProgram(String name, Program plain, Program trusting) {
  static final String NATIVE = "native";
  static final String JVM = "JVM";

  /** Whether it is the function itself. Only the function takes SQS events. */
  boolean isOurs() {
    return name.equals(NATIVE) || name.equals(JVM);
  }
}

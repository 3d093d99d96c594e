package io.imagenlambda.predict;

/** Where a secret's text comes from. */
@FunctionalInterface
interface SecretReader {
  /**
   * Reads a secret anew.
   *
   * @param name the secret's name or ARN
   * @throws RuntimeException where it cannot be read, saying why
   */
  String read(String name);
}

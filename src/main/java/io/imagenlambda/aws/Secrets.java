package io.imagenlambda.aws;

/** Where secrets are kept. */
@FunctionalInterface
public interface Secrets {
  /**
   * Reads a secret anew.
   *
   * @param name the secret's name or ARN
   * @throws RuntimeException if it cannot be read, saying why
   */
  String read(String name);
}

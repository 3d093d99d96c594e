package io.imagenlambda.deploy;

import java.io.IOException;

/** A program that may not be on this machine. */
public final class Tool {
  private Tool() {}

  /** Whether a command can be run, and ends well. */
  public static boolean isThere(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    }
  }
}

package io.imagenlambda.lab;

import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What {@code ./mvnw -Plab} does before the lab runs: it looks at the options and the machine, so
 * that a mistake costs no build, and builds what has changed.
 *
 * <p>{@code mvnw} runs this file from its source, unless nothing has changed since the last build.
 * So it and what it uses need nothing but the JDK.
 */
final class Start {
  /** The lab can be started. */
  private static final int READY = 0;

  /** Standard error says why. A JVM that fails ends with 1, so it is another. */
  private static final int REFUSED = 2;

  /** There is nothing to start. */
  private static final int HELPED = 3;

  /** The arguments are for Maven itself. */
  private static final int FOR_MAVEN = 4;

  /** Something has changed, maybe this file, so it is to be run from its source. */
  private static final int CHANGED = 5;

  /** Set where this runs as it was compiled by the last build, which takes a third of the time. */
  private static final boolean IS_COMPILED = Boolean.getBoolean("start.compiled");

  private Start() {}

  public static void main(String[] arguments) throws InterruptedException {
    System.exit(status(CommandLine.typed(arguments)));
  }

  private static int status(CommandLine line) throws InterruptedException {
    try {
      // Standard output is for what the lab prints, which may be JSON.
      Build build = new Build(Path.of(System.getProperty("basedir")), line.forMaven(), System.err);
      if (IS_COMPILED && !build.isCurrent()) {
        return CHANGED;
      }
      if (line.isOn("help")) {
        System.out.print(CommandOptions.help());
        return HELPED;
      }
      line.check();
      Machine.check(line);
      if (line.asksMaven()) {
        return FOR_MAVEN;
      }
      if (!IS_COMPILED) {
        build.run();
      }
      return READY;
    } catch (LabException e) {
      System.err.println("lab: " + e.getMessage());
    } catch (IOException e) {
      System.err.println("lab: a file cannot be read or written: " + e.getMessage());
    }
    return REFUSED;
  }
}

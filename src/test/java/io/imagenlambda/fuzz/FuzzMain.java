package io.imagenlambda.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./mvnw -Pfuzz}: runs the fuzz targets side by side, and says how many inputs each tried.
 * An input that breaks one is kept beside the recorded ones, where {@code ./mvnw verify} tries it
 * from then on.
 */
final class FuzzMain {
  private FuzzMain() {}

  /**
   * Runs the fuzzers.
   *
   * @param args the time for each target, as in {@code 90s}, {@code 10m} or {@code 2h}, and the
   *     targets, as in {@code events,contents}
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Duration time = Duration.parse("PT" + args[0]);
    Path directory = Files.createDirectories(Path.of("target/fuzz"));
    List<FuzzRun> runs = new ArrayList<>();
    for (FuzzTarget target : FuzzTarget.named(args[1])) {
      runs.add(FuzzRun.start(target, time, directory));
    }
    boolean broken = false;
    for (FuzzRun run : runs) {
      broken |= run.await() != 0;
      System.out.println(run.summary());
    }
    if (broken) {
      System.exit(1);
    }
  }
}

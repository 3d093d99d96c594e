package io.imagenlambda.lab.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits the temporary directory of a program's processes, as Lambda does. Each process gets a file
 * system in memory of its own there, which no other process sees and which ends with it.
 *
 * <p>This needs a user namespace or root's rights; some containers have neither.
 */
public final class SmallTmp {
  private SmallTmp() {}

  /** Whether this machine lets us mount. */
  public static boolean isPossible() {
    Path directory = TemporaryFiles.create();
    try {
      List<String> command = new ArrayList<>(mounting(1));
      command.addAll(List.of(directory.toString(), "true"));
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchProgram) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      TemporaryFiles.delete(directory);
    }
  }

  /** The same program, whose processes have so much room for temporary files. */
  public static Program of(Program program, int megabytes) {
    List<String> command = new ArrayList<>(mounting(megabytes));
    command.add("{tmp}");
    command.addAll(program.command());
    return new Program(program.name(), command, program.env());
  }

  /** Each of these programs becomes the next, so the process keeps its id. */
  private static List<String> mounting(int megabytes) {
    String mount = "mount -t tmpfs -o size=%dm tmpfs \"$0\" && exec \"$@\"".formatted(megabytes);
    return List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount);
  }
}

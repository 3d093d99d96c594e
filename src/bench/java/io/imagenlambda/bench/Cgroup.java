package io.imagenlambda.bench;

import io.imagenlambda.lab.runtime.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A control group (cgroup) for one process. {@link #close} deletes it. */
final class Cgroup implements AutoCloseable {
  private static final int ATTEMPTS = 50;

  private final Set<Path> directories;

  private Cgroup(Set<Path> directories) {
    this.directories = directories;
  }

  /** Makes the directories (one may be named twice) and writes the limits into their files. */
  @SafeVarargs
  static Cgroup create(Map<Path, Map<String, String>>... limits) throws IOException {
    Set<Path> directories = new TreeSet<>();
    Cgroup group = new Cgroup(directories);
    try {
      for (Map<Path, Map<String, String>> some : limits) {
        for (var of : some.entrySet()) {
          Files.createDirectories(of.getKey());
          directories.add(of.getKey());
          // sorted by name: Linux refuses a limit with swap that is below the one without
          for (var limit : new TreeMap<>(of.getValue()).entrySet()) {
            Path file = of.getKey().resolve(limit.getKey());
            // a kernel without swap has no such files
            if (!limit.getKey().matches(".*(swap|memsw).*") || Files.exists(file)) {
              Files.writeString(file, limit.getValue());
            }
          }
        }
      }
      return group;
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  /** The program under the limits: a shell joins the group and then becomes the program. */
  Program around(Program program) {
    StringBuilder script = new StringBuilder();
    for (Path directory : directories) {
      script.append("echo $$ > '").append(directory.resolve("cgroup.procs")).append("' && ");
    }
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", script + "exec \"$@\"", "/bin/sh"));
    command.addAll(program.command());
    return new Program(program.name(), command, program.env());
  }

  /** Deletes the group. Its process must have ended, which the kernel notices a moment later. */
  @Override
  public void close() throws IOException {
    for (Path directory : directories) {
      for (int attempt = 1; Files.exists(directory); attempt++) {
        try {
          Files.delete(directory);
        } catch (IOException e) {
          if (attempt == ATTEMPTS) {
            throw e;
          }
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

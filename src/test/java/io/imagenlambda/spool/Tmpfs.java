package io.imagenlambda.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A real disk of a few megabytes, without root: another process mounts it in a namespace of its
 * own, and its files are reached through {@code /proc}. Not every machine allows it.
 */
public final class Tmpfs implements AutoCloseable {
  private final Process owner;

  private Tmpfs(Process owner) {
    this.owner = owner;
  }

  /** Empty where it is not allowed. */
  public static Optional<Tmpfs> ofMegabytes(int size) throws IOException {
    String mount = "mount -t tmpfs -o size=" + size + "m tmpfs /mnt && echo mounted && read end";
    Process owner;
    try {
      owner =
          new ProcessBuilder("unshare", "-rm", "sh", "-c", mount).redirectErrorStream(true).start();
    } catch (IOException noUnshare) {
      return Optional.empty();
    }
    String said =
        new BufferedReader(new InputStreamReader(owner.getInputStream(), UTF_8)).readLine();
    if (!"mounted".equals(said)) {
      owner.destroy();
      return Optional.empty();
    }
    return Optional.of(new Tmpfs(owner));
  }

  public Path directory() {
    return Path.of("/proc/" + owner.pid() + "/root/mnt");
  }

  /** Files on this disk. */
  public SpoolFiles files(Settings settings) {
    return new SpoolFiles(new SpoolDirectory(directory()), settings);
  }

  @Override
  public void close() {
    owner.destroy();
  }
}

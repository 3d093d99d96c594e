package io.imagenlambda.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that is not ours, as a process of its own, and what it writes in a file. */
public final class ServerProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Process process;
  private final CompletableFuture<URI> running = new CompletableFuture<>();

  private ServerProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it, and waits until it says where it listens.
   *
   * @param env its only variables beside {@code PATH} and {@code HOME}
   * @param log the file that gets its output
   * @param listening finds in a line of it, as the first group, the server's URL
   */
  public static ServerProcess start(
      List<String> command, Map<String, String> env, Path log, Pattern listening) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().retainAll(Set.of("PATH", "HOME"));
    builder.environment().putAll(env);
    ServerProcess started = new ServerProcess(builder.start());
    // a virtual thread would keep its carrier while it reads from a pipe
    Thread.ofPlatform().daemon().start(() -> started.read(log, listening));
    try {
      started.running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return started;
    } catch (Exception | Error e) {
      started.close();
      throw e;
    }
  }

  public URI url() {
    return running.join();
  }

  private void read(Path log, Pattern listening) {
    try (BufferedReader lines = process.inputReader(UTF_8);
        PrintWriter copy = new PrintWriter(Files.newBufferedWriter(log), true)) {
      lines
          .lines()
          .forEach(line -> {
            copy.println(line);
            Matcher url = listening.matcher(line);
            if (url.find()) {
              running.complete(URI.create(url.group(1)));
            }
          });
    } catch (IOException | UncheckedIOException closed) {
      // it has ended
    } finally {
      running.completeExceptionally(new IllegalStateException("it has ended, see " + log));
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}

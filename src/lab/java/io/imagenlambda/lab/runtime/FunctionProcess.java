package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.imagenlambda.lab.http.LabException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process of the function. Its output is read while it runs, and it is ended by SIGKILL. */
final class FunctionProcess {
  private static final long LAST_OUTPUT_SECONDS = 10;

  private final Process process;
  private final Instant startedAt;
  private final Path tmp;
  private final CompletableFuture<Integer> exited;
  private final FailureReason failureReason = new FailureReason();

  private FunctionProcess(Process process, Instant startedAt, Path tmp, FunctionOutput output) {
    this.process = process;
    this.startedAt = startedAt;
    this.tmp = tmp;
    CompletableFuture<Void> read =
        CompletableFuture.allOf(
            read(process.getInputStream(), line -> failureReason.read(line, false), output),
            read(process.getErrorStream(), line -> failureReason.read(line, true), output));
    // Completes after the output is read, so that the failure reason is complete. It waits only a
    // few seconds, because a child of the process may keep the pipe open.
    this.exited =
        process
            .onExit()
            .thenCompose(_ -> read.completeOnTimeout(null, LAST_OUTPUT_SECONDS, TimeUnit.SECONDS))
            .thenApply(_ -> process.exitValue());
  }

  static FunctionProcess start(
      Program program, Map<String, String> lambdaEnv, Path tmp, FunctionOutput output) {
    try {
      Files.createDirectories(tmp);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ProcessBuilder builder = new ProcessBuilder(program.commandLine(tmp));
    Map<String, String> env = builder.environment();
    env.keySet().retainAll(Set.of("PATH", "HOME", "LD_LIBRARY_PATH"));
    env.put("TMPDIR", tmp.toString());
    env.putAll(lambdaEnv);
    env.putAll(program.env());
    try {
      Process process = builder.start();
      return new FunctionProcess(process, Instant.now(), tmp, output);
    } catch (IOException e) {
      throw new LabException("%s does not start: %s".formatted(program.name(), e.getMessage()), e);
    }
  }

  private static CompletableFuture<Void> read(
      InputStream stream, Consumer<String> last, FunctionOutput output) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    // a virtual thread would keep its carrier while it reads from a pipe
    Thread.ofPlatform()
        .daemon()
        .name("function-output")
        .start(() -> {
          try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            lines
                .lines()
                .forEach(line -> {
                  last.accept(line);
                  output.add(line);
                });
          } catch (IOException | UncheckedIOException e) {
            output.add("(the rest of the output is lost: " + e.getMessage() + ")");
          } finally {
            end.complete(null);
          }
        });
    return end;
  }

  long pid() {
    return process.pid();
  }

  /**
   * When the program started. A JVM starts it through a helper process and returns 0.7 ms later,
   * when the helper has become the program. That time is not counted.
   */
  Instant startedAt() {
    return startedAt;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Completes with the exit status, after the last output. */
  CompletableFuture<Integer> exited() {
    return exited;
  }

  /** Why it failed, from its output. */
  FailureReason failureReason() {
    return failureReason;
  }

  /** Kills the process and what it started, waits for its last output, and removes its files. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    exited.join();
    TemporaryFiles.delete(tmp);
  }
}

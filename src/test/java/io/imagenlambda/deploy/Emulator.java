package io.imagenlambda.deploy;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.runtime.Program;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * AWS's runtime interface emulator as a process of its own, with the lab's function, S3, queue and
 * provider. {@code .ci/run} installs it and sets {@link #VARIABLE}.
 *
 * @see <a href="https://github.com/aws/aws-lambda-runtime-interface-emulator">The emulator</a>
 */
final class Emulator implements AutoCloseable {
  /** The environment variable with the path of its executable. */
  static final String VARIABLE = "LAMBDA_RIE";

  private static final Pattern ANSWERED =
      Pattern.compile("INVOKE RTDONE\\(.*duration: ([0-9.]+)ms\\)");
  private static final Pattern OVER =
      Pattern.compile("REPORT RequestId:.*?\\sDuration: ([0-9.]+) ms");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final URI invocations;
  private final Path log;

  private Emulator(Process process, URI invocations, Path log) {
    this.process = process;
    this.invocations = invocations;
    this.log = log;
  }

  /**
   * When the last invocation was answered, and when it was over.
   *
   * @param answered from its begin until the runtime had posted the answer
   * @param over from its begin until the runtime and the extension asked for the next event
   */
  record Times(Duration answered, Duration over) {}

  static Emulator start(Lab lab, Path log) throws IOException {
    Program program = lab.function().program();
    String runtimeApi = freeAddress();
    String front = freeAddress();
    Path tmp = Files.createDirectories(Path.of("target/emulator").toAbsolutePath());
    List<String> command = new ArrayList<>();
    command.add(System.getenv(VARIABLE));
    command.addAll(List.of("--runtime-api-address", runtimeApi));
    command.addAll(List.of("--runtime-interface-emulator-address", front));
    program.command().forEach(each -> command.add(each.replace("{tmp}", tmp.toString())));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(lab.environment());
    builder.environment().putAll(program.env());
    builder.environment().put("AWS_LAMBDA_FUNCTION_TIMEOUT", "60");
    return new Emulator(
        builder.start(),
        URI.create("http://%s/2015-03-31/functions/function/invocations".formatted(front)),
        log);
  }

  /** It takes no 0. */
  private static String freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** The answer to an event, or the error as its document. */
  String invoke(String event) {
    HttpRequest request =
        HttpRequest.newBuilder(invocations).POST(BodyPublishers.ofString(event)).build();
    try {
      while (true) {
        try {
          return http.send(request, BodyHandlers.ofString()).body();
        } catch (ConnectException notYet) {
          if (!process.isAlive()) {
            throw new IOException("the emulator has ended, see " + log, notYet);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("the test is over"));
    }
  }

  Times lastTimes() throws IOException {
    String text = Files.readString(log);
    return new Times(last(ANSWERED, text), last(OVER, text));
  }

  private static Duration last(Pattern pattern, String text) {
    List<String> all =
        pattern.matcher(text).results().map((MatchResult each) -> each.group(1)).toList();
    return Duration.ofMillis(Math.round(Double.parseDouble(all.getLast())));
  }

  @Override
  public void close() {
    http.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}

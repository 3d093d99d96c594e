package io.imagenlambda.lab;

import io.imagenlambda.lab.runtime.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a lab is to be; start from {@link #forTests} or {@link #forProgram} and change what matters.
 *
 * @param ports where the services listen
 * @param directory where S3's objects are kept; null for a temporary one
 * @param concurrency how many processes of the function there may be
 * @param timeout the function's own time limit
 * @param integrationTimeout how long the HTTP front waits for the function
 * @param apiKey the key of the real API, which takes the simulator's place then; null for the lab's
 * @param env more of the function's environment variables; they win over the lab's
 * @param arguments of the function's process, such as {@code -Xmx64m}
 * @param program what to drive; null for the packaged function
 * @param sink gets every line that the function writes
 */
public record LabOptions(
    Ports ports,
    @Nullable Path directory,
    int concurrency,
    Duration timeout,
    Duration integrationTimeout,
    @Nullable String apiKey,
    Map<String, String> env,
    List<String> arguments,
    @Nullable Program program,
    Consumer<String> sink) {

  /** Where the services listen; 0 is any free port. */
  public record Ports(int front, int s3, int sqs, int predict) {
    static final Ports ANY = new Ports(0, 0, 0, 0);

    /** The program's; {@code quarkus:dev} knows them too. */
    static final Ports FIXED = new Ports(8080, 9000, 9324, 9090);

    /** The program's, or what {@code -Dlab.port} and its like say. */
    static Ports configured() {
      return new Ports(
          Integer.getInteger("lab.port", FIXED.front),
          Integer.getInteger("lab.s3.port", FIXED.s3),
          Integer.getInteger("lab.sqs.port", FIXED.sqs),
          Integer.getInteger("lab.predict.port", FIXED.predict));
    }
  }

  /** Free ports, temporary files, silence. */
  public static LabOptions forTests() {
    return new LabOptions(
        Ports.ANY,
        null,
        4,
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        null,
        Map.of(),
        List.of(),
        null,
        line -> {});
  }

  /** Fixed ports, kept files, the function's output on the screen. */
  static LabOptions forProgram() {
    return new LabOptions(
        Ports.FIXED,
        target().resolve("lab").resolve("s3"),
        2,
        Duration.ofSeconds(120),
        Duration.ofSeconds(30),
        System.getenv("TOKAIFY_API_KEY"),
        Map.of(),
        List.of(),
        null,
        line -> System.out.println("[function] " + line));
  }

  /** The build's output directory. */
  static Path target() {
    String project = System.getProperty("basedir", System.getProperty("user.dir"));
    return Path.of(project, "target");
  }

  public LabOptions ports(Ports given) {
    return new LabOptions(
        given,
        directory,
        concurrency,
        timeout,
        integrationTimeout,
        apiKey,
        env,
        arguments,
        program,
        sink);
  }

  public LabOptions concurrency(int given) {
    return new LabOptions(
        ports,
        directory,
        given,
        timeout,
        integrationTimeout,
        apiKey,
        env,
        arguments,
        program,
        sink);
  }

  public LabOptions timeout(Duration given) {
    return new LabOptions(
        ports,
        directory,
        concurrency,
        given,
        integrationTimeout,
        apiKey,
        env,
        arguments,
        program,
        sink);
  }

  public LabOptions integrationTimeout(Duration given) {
    return new LabOptions(
        ports, directory, concurrency, timeout, given, apiKey, env, arguments, program, sink);
  }

  public LabOptions env(String name, String value) {
    Map<String, String> more = new HashMap<>(env);
    more.put(name, value);
    return new LabOptions(
        ports,
        directory,
        concurrency,
        timeout,
        integrationTimeout,
        apiKey,
        more,
        arguments,
        program,
        sink);
  }

  public LabOptions arguments(String... given) {
    return new LabOptions(
        ports,
        directory,
        concurrency,
        timeout,
        integrationTimeout,
        apiKey,
        env,
        List.of(given),
        program,
        sink);
  }

  public LabOptions program(Program given) {
    return new LabOptions(
        ports,
        directory,
        concurrency,
        timeout,
        integrationTimeout,
        apiKey,
        env,
        arguments,
        given,
        sink);
  }

  public LabOptions sink(Consumer<String> given) {
    return new LabOptions(
        ports,
        directory,
        concurrency,
        timeout,
        integrationTimeout,
        apiKey,
        env,
        arguments,
        program,
        given);
  }
}

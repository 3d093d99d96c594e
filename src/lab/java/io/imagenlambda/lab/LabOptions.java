package io.imagenlambda.lab;

import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.lab.runtime.Program;
import io.imagenlambda.lab.runtime.SmallTmp;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The options of a lab. Start from {@link #forTests} or {@link #forProgram}. Each method returns
 * changed options and leaves these as they are.
 */
public final class LabOptions {
  private Ports ports = Ports.ANY;
  private @Nullable Path directory;
  private int concurrency = 4;
  private Duration timeout = Duration.ofSeconds(60);
  private Duration integrationTimeout = Duration.ofSeconds(30);
  private @Nullable String apiKey;
  private Map<String, String> env = Map.of();
  private List<String> arguments = List.of();
  private @Nullable Program program;
  private @Nullable LabTls tls;
  private TriggerOptions triggers = TriggerOptions.OFF;
  private Consumer<String> sink = line -> {};
  private boolean leaksChecked = true;
  private int tmpMegabytes;
  private Quota.Limits quota = Quota.Limits.NONE;
  private Duration s3Latency = Duration.ZERO;
  private List<String> corsOrigins = List.of();
  private List<String> clientKeys = List.of();

  private LabOptions() {}

  private LabOptions(LabOptions other) {
    this.ports = other.ports;
    this.directory = other.directory;
    this.concurrency = other.concurrency;
    this.timeout = other.timeout;
    this.integrationTimeout = other.integrationTimeout;
    this.apiKey = other.apiKey;
    this.env = other.env;
    this.arguments = other.arguments;
    this.program = other.program;
    this.tls = other.tls;
    this.triggers = other.triggers;
    this.sink = other.sink;
    this.leaksChecked = other.leaksChecked;
    this.tmpMegabytes = other.tmpMegabytes;
    this.quota = other.quota;
    this.s3Latency = other.s3Latency;
    this.corsOrigins = other.corsOrigins;
    this.clientKeys = other.clientKeys;
  }

  /** Where the services listen; 0 is any free port. */
  public record Ports(int gateway, int s3, int sqs, int predict) {
    static final Ports ANY = new Ports(0, 0, 0, 0);
  }

  /**
   * Free ports, temporary files, no output, and only HTTP and direct invokes as triggers. When the
   * lab is closed, it searches the output of its functions for keys and prompts, and fails if it
   * finds one.
   */
  public static LabOptions forTests() {
    return new LabOptions().env("IMAGEN_TIMEOUT", "50s"); // fits, so that nothing is warned of
  }

  /** Files that are kept, all triggers, and the function's output on the console. */
  static LabOptions forProgram() {
    return new LabOptions()
        .with(options -> {
          options.directory = target().resolve("lab").resolve("s3");
          options.concurrency = 2;
          options.timeout = Duration.ofMinutes(10);
          options.apiKey = System.getenv("TOKAIFY_API_KEY");
          options.triggers = TriggerOptions.ON;
          options.sink = line -> System.out.println("[function] " + line);
          options.env = programEnv(options.apiKey != null);
          options.leaksChecked = false;
        });
  }

  /** The user's own models; and their base URL, if there is a key for it. */
  private static Map<String, String> programEnv(boolean realApi) {
    Map<String, String> env = new HashMap<>(System.getenv());
    env.keySet().retainAll(Set.of("TOKAIFY_BASE_URL", "IMAGEN_MODEL", "IMAGEN_FALLBACK_MODELS"));
    if (!realApi) {
      env.remove("TOKAIFY_BASE_URL");
    }
    env.put("IMAGEN_LOG_JSON", "false");
    return Map.copyOf(env);
  }

  /** The build's output directory. */
  static Path target() {
    String project = System.getProperty("basedir", System.getProperty("user.dir"));
    return Path.of(project, "target");
  }

  private LabOptions with(Consumer<LabOptions> change) {
    LabOptions changed = new LabOptions(this);
    change.accept(changed);
    return changed;
  }

  public LabOptions ports(Ports given) {
    return with(options -> options.ports = given);
  }

  /** The key of the real API, which is called instead of the simulator. */
  public LabOptions apiKey(String given) {
    return with(options -> options.apiKey = given);
  }

  /** The largest number of processes of the function. */
  public LabOptions concurrency(int given) {
    return with(options -> options.concurrency = given);
  }

  /** The function's own time limit. */
  public LabOptions timeout(Duration given) {
    return with(options -> options.timeout = given);
  }

  /** How long the HTTP API waits for the function. */
  public LabOptions integrationTimeout(Duration given) {
    return with(options -> options.integrationTimeout = given);
  }

  /** The directory of S3's objects; without it a temporary one. */
  public LabOptions directory(Path given) {
    return with(options -> options.directory = given);
  }

  /** An environment variable of the function. It overrides the lab's. */
  public LabOptions env(String name, String value) {
    Map<String, String> more = new HashMap<>(env);
    more.put(name, value);
    return with(options -> options.env = Map.copyOf(more));
  }

  /** Arguments of the function's process, such as {@code -Xmx64m}. */
  public LabOptions arguments(String... given) {
    return with(options -> options.arguments = List.of(given));
  }

  /** The program to run instead of the packaged function. */
  public LabOptions program(Program given) {
    return with(options -> options.program = given);
  }

  /** S3 and the predict API listen over TLS too, on other ports. */
  public LabOptions tls(LabTls given) {
    return with(options -> options.tls = given);
  }

  /** The triggers of the lab. */
  public LabOptions triggers(TriggerOptions given) {
    return with(options -> options.triggers = given);
  }

  /** Gets every line of the function's output. */
  public LabOptions sink(Consumer<String> given) {
    return with(options -> options.sink = given);
  }

  /** The size of the function's temporary directory, see {@link SmallTmp}; else it has no limit. */
  public LabOptions tmpMegabytes(int given) {
    return with(options -> options.tmpMegabytes = given);
  }

  /** What the simulator lets through of each model in a minute; else as much as is wanted. */
  public LabOptions quota(Quota.Limits given) {
    return with(options -> options.quota = given);
  }

  /** How long S3 takes for an object, beside what reading and writing it takes. */
  public LabOptions s3Latency(Duration given) {
    return with(options -> options.s3Latency = given);
  }

  /** The origins of web pages that may call the function and read its images, or {@code *}. */
  public LabOptions corsOrigins(String... given) {
    return with(options -> options.corsOrigins = List.of(given));
  }

  /** The keys of the function's HTTP callers; without any, everybody may call. */
  public LabOptions clientKeys(String... given) {
    return with(options -> options.clientKeys = List.of(given));
  }

  /** Turns the search for keys and prompts in the output off, for programs that are not ours. */
  public LabOptions outputUnchecked() {
    return with(options -> options.leaksChecked = false);
  }

  Ports ports() {
    return ports;
  }

  /** The directory of S3's objects; null for a temporary one. */
  @Nullable Path directory() {
    return directory;
  }

  int concurrency() {
    return concurrency;
  }

  Duration timeout() {
    return timeout;
  }

  Duration integrationTimeout() {
    return integrationTimeout;
  }

  /** The key of the real API; null where the simulator is called. */
  @Nullable String apiKey() {
    return apiKey;
  }

  Map<String, String> env() {
    return env;
  }

  List<String> arguments() {
    return arguments;
  }

  @Nullable Program program() {
    return program;
  }

  @Nullable LabTls tls() {
    return tls;
  }

  TriggerOptions triggers() {
    return triggers;
  }

  /** The size of the function's temporary directory; 0 for no limit. */
  int tmpMegabytes() {
    return tmpMegabytes;
  }

  Quota.Limits quota() {
    return quota;
  }

  Duration s3Latency() {
    return s3Latency;
  }

  List<String> corsOrigins() {
    return corsOrigins;
  }

  List<String> clientKeys() {
    return clientKeys;
  }

  boolean leaksChecked() {
    return leaksChecked;
  }

  Consumer<String> sink() {
    return sink;
  }
}

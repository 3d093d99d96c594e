package io.imagenlambda.lab;

import io.imagenlambda.lab.gateway.ApiGateway;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.predict.PredictSimulator;
import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.runtime.PackagedFunction;
import io.imagenlambda.lab.runtime.Program;
import io.imagenlambda.lab.runtime.SmallTmp;
import io.imagenlambda.lab.runtime.TemporaryFiles;
import io.imagenlambda.lab.timeline.Timeline;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.Schedule;
import io.imagenlambda.lab.trigger.Triggers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A small local AWS around the packaged function: S3, SQS, the predict API, the Lambda Runtime API,
 * an HTTP API and other triggers. {@link #close} ends all that it started, and so does Ctrl-C.
 *
 * <pre>{@code
 * try (Lab lab = Lab.start(LabOptions.forTests())) {
 *   lab.predict().nextCall("429=0");
 *   Answer answer = lab.function().invoke("{\"prompt\":\"a lighthouse\"}");
 *   assertEquals(2, lab.predict().journal().calls().size());
 * }
 * }</pre>
 */
public final class Lab implements AutoCloseable {
  /** The bucket for images and results. */
  public static final String OUTPUT_BUCKET = "images";

  /** The bucket to which requests are uploaded. */
  public static final String REQUEST_BUCKET = "requests";

  /** The bucket of the schedule's requests. It sends no notifications. */
  public static final String SCHEDULE_BUCKET = "schedules";

  /** The key of the object with the schedule's requests. */
  public static final String SCHEDULE_KEY = "scheduled.jsonl";

  /** The secret with the keys of HTTP callers. */
  public static final String CLIENT_KEYS = "client-keys";

  /** The only API key that the simulator accepts at the start. */
  public static final String API_KEY = "lab-key";

  private final LabOptions options;
  private final Path work = TemporaryFiles.create();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Timeline timeline = new Timeline();
  private final List<LambdaFunction> functions = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(this::closeAll, "lab-shutdown");
  private final PredictSimulator predict;
  private final LabS3 s3;
  private final @Nullable LabServer securePredict;
  private final LabSqs sqs;
  private final LabSecrets secrets;
  private final LambdaFunction function;
  private final Triggers triggers;
  private final ApiGateway gateway;

  private Lab(LabOptions options) {
    this.options = options;
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      LabOptions.Ports ports = options.ports();
      this.predict = closing(PredictSimulator.start(ports.predict(), API_KEY));
      predict.journal().onEvent(timeline::add);
      predict.limit(new Quota(options.quota(), Clock.systemUTC()));
      Path objects = Objects.requireNonNullElse(options.directory(), work.resolve("s3"));
      LabTls tls = options.tls();
      this.securePredict = tls == null ? null : closing(predict.secure(tls.context()));
      this.s3 =
          closing(
              LabS3.start(
                  objects,
                  ports.s3(),
                  tls,
                  options.s3Latency(),
                  options.corsOrigins(),
                  timeline::add,
                  OUTPUT_BUCKET,
                  REQUEST_BUCKET,
                  SCHEDULE_BUCKET));
      String secret = callsRealApi() ? UUID.randomUUID() + "-" : "";
      this.sqs = closing(LabSqs.start(ports.sqs(), secret));
      this.secrets = closing(new LabSecrets());
      String[] keys = options.clientKeys().toArray(String[]::new);
      secrets.put(CLIENT_KEYS, String.join("\n", keys), keys);
      Program program = options.program();
      this.function = functionOf(program == null ? packaged(options.arguments()) : program);
      this.triggers = closing(new Triggers(services(), function, options.triggers()));
      this.gateway =
          closing(
              ApiGateway.start(
                  ports.gateway(),
                  function,
                  options.integrationTimeout(),
                  options.corsOrigins(),
                  new LabApi(this)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Triggers.Services services() {
    return new Triggers.Services(
        s3.client(),
        REQUEST_BUCKET,
        sqs.client(),
        sqs::queueUrl,
        LabCredentials.REGION,
        LabCredentials.ACCOUNT_ID,
        timeline::add);
  }

  /**
   * Starts everything but the function, whose first process starts with the first event.
   *
   * @throws io.imagenlambda.lab.http.LabException with one line: a port is in use, the function is
   *     not packaged …
   */
  public static Lab start(LabOptions options) {
    return new Lab(options);
  }

  /** The HTTP gateway's address. */
  public URI url() {
    return gateway.url();
  }

  public PredictSimulator predict() {
    return predict;
  }

  public LambdaFunction function() {
    return function;
  }

  public S3Client s3() {
    return s3.client();
  }

  public SqsClient sqs() {
    return sqs.client();
  }

  public URI s3Endpoint() {
    return s3.endpoint();
  }

  /** A presigned URL of an object in the images bucket, valid for an hour. */
  String imageUrl(String key) {
    return s3.presigned(OUTPUT_BUCKET, key).toString();
  }

  Timeline timeline() {
    return timeline;
  }

  /** Whether images cost money. */
  boolean callsRealApi() {
    return options.apiKey() != null;
  }

  /** Lambda's asynchronous invocation: a function that fails is invoked up to twice more. */
  CompletableFuture<Answer> invokeLater(String event) {
    return triggers.invokeLater(event);
  }

  public LabSecrets secrets() {
    return secrets;
  }

  URI secretsEndpoint() {
    return secrets.endpoint();
  }

  URI sqsEndpoint() {
    return sqs.endpoint();
  }

  /** The URL of {@code requests}, {@code requests-dlq} or one of their {@code .fifo} siblings. */
  public URI queueUrl(String name) {
    return sqs.queueUrl(name);
  }

  /** The queue {@code requests} with its dead letters and deliveries. */
  public RequestQueue queue() {
    return triggers.queue();
  }

  /** The queue {@code requests.fifo}. */
  public RequestQueue fifoQueue() {
    return triggers.fifoQueue();
  }

  public Schedule schedule() {
    return triggers.schedule();
  }

  /**
   * A second function: the packaged one with other variables and arguments, in its own processes.
   * The lab closes it.
   */
  public LambdaFunction functionWith(Map<String, String> env, String... arguments) {
    return functionOf(packaged(List.of(arguments)).with(env));
  }

  /** Any program that uses the Runtime API, with the same environment. The lab closes it. */
  public LambdaFunction functionOf(Program program) {
    int tmp = options.tmpMegabytes();
    LambdaFunction made =
        new LambdaFunction(
                tmp == 0 ? program : SmallTmp.of(program, tmp),
                environment(),
                options.timeout(),
                options.concurrency(),
                work,
                options.sink())
            .onEvent(timeline::add);
    functions.add(made);
    return closing(made);
  }

  /** The environment variables that Lambda and the template would set. */
  public Map<String, String> environment() {
    return FunctionEnvironment.of(this, options);
  }

  /** The variables with the HTTPS addresses of the services; empty without a certificate. */
  public Map<String, String> secureEnvironment() {
    return securePredict == null ? Map.of() : FunctionEnvironment.secure(s3, securePredict);
  }

  private Program packaged(List<String> arguments) {
    return PackagedFunction.in(LabOptions.target(), work, arguments);
  }

  private <T extends AutoCloseable> T closing(T resource) {
    synchronized (open) {
      open.push(resource);
    }
    return resource;
  }

  /**
   * Ends all that was started.
   *
   * @throws AssertionError where a function has printed a key or a prompt, unless the options turn
   *     the check off
   */
  @Override
  public void close() {
    closeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is going down, and the hook with it
    }
    if (options.leaksChecked() && !functions.isEmpty()) {
      Set<String> keys = new HashSet<>(predict.acceptedKeys());
      keys.addAll(secrets.allKeys());
      LeakCheck.run(functions, keys, predict.journal().prompts().all());
    }
  }

  private void closeAll() {
    synchronized (open) {
      while (!open.isEmpty()) {
        try {
          open.pop().close();
        } catch (Exception e) {
          System.err.println("the lab did not close cleanly: " + e);
        }
      }
    }
    TemporaryFiles.delete(work);
  }
}

package io.imagenlambda.lab;

import com.sun.net.httpserver.HttpExchange;
import io.imagenlambda.lab.front.HttpFront;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.predict.PredictSimulator;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.imagenlambda.lab.runtime.PackagedFunction;
import io.imagenlambda.lab.runtime.Program;
import io.imagenlambda.lab.runtime.TemporaryFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A small local AWS around the packaged function: S3, SQS, the predict API, the Lambda Runtime API
 * and an HTTP front. Everything that it starts is gone when it is closed, also by Ctrl-C.
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
  /** Where the function puts images. */
  public static final String OUTPUT_BUCKET = "images";

  /** Where requests are uploaded. */
  public static final String REQUEST_BUCKET = "requests";

  /** The only key that the simulator takes. */
  public static final String API_KEY = "lab-key";

  private final LabOptions options;
  private final Path work = TemporaryFiles.create();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Thread hook = new Thread(this::closeAll, "lab-shutdown");
  private final PredictSimulator predict;
  private final LabS3 s3;
  private final LabSqs sqs;
  private final LambdaFunction function;
  private final HttpFront front;

  private Lab(LabOptions options) {
    this.options = options;
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      LabOptions.Ports ports = options.ports();
      this.predict = closing(PredictSimulator.start(ports.predict(), API_KEY));
      Path objects = Objects.requireNonNullElse(options.directory(), work.resolve("s3"));
      this.s3 = closing(LabS3.start(objects, ports.s3(), OUTPUT_BUCKET, REQUEST_BUCKET));
      this.sqs = closing(LabSqs.start(ports.sqs()));
      Program program = options.program();
      this.function = functionOf(program == null ? packaged(options.arguments()) : program);
      this.front =
          closing(
              HttpFront.start(
                  ports.front(), function, options.integrationTimeout(), this::serveLabPages));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything but the function, whose first process starts with the first event.
   *
   * @throws io.imagenlambda.lab.http.LabException one line: a port is taken, nothing is packaged …
   */
  public static Lab start(LabOptions options) {
    return new Lab(options);
  }

  /** The HTTP front's address. */
  public URI url() {
    return front.url();
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

  /** The URL of {@code requests}, {@code requests-dlq} or one of their {@code .fifo} siblings. */
  public URI queueUrl(String name) {
    return sqs.queueUrl(name);
  }

  /**
   * Another function beside {@link #function}: the packaged one with other variables and arguments,
   * in processes of its own. The lab closes it.
   */
  public LambdaFunction functionWith(Map<String, String> env, String... arguments) {
    return functionOf(packaged(List.of(arguments)).with(env));
  }

  /** Any program that speaks the Runtime API, with the same environment. The lab closes it. */
  public LambdaFunction functionOf(Program program) {
    return closing(
        new LambdaFunction(
            program,
            environment(),
            options.timeout(),
            options.concurrency(),
            work,
            options.sink()));
  }

  /** What Lambda and the template would put into the function's environment. */
  public Map<String, String> environment() {
    String apiKey = options.apiKey();
    Map<String, String> env = new HashMap<>(LambdaVariables.all());
    env.put("AWS_ENDPOINT_URL_S3", s3.endpoint().toString());
    env.put("AWS_ENDPOINT_URL_SQS", sqs.endpoint().toString());
    env.put("TOKAIFY_API_KEY", apiKey == null ? API_KEY : apiKey);
    if (apiKey == null) {
      env.put("TOKAIFY_BASE_URL", predict.url().toString());
    }
    env.put("OUTPUT_BUCKET", OUTPUT_BUCKET);
    env.put("QUEUE_URL", sqs.queueUrl("requests").toString());
    env.put("IMAGEN_URL_STYLE", "presigned");
    env.putAll(options.env());
    return env;
  }

  private Program packaged(List<String> arguments) {
    return PackagedFunction.in(LabOptions.target(), work, arguments);
  }

  private void serveLabPages(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/")) {
      LabServer.answer(
          exchange,
          200,
          "text/plain; charset=utf-8",
          "This is imagen-lambda's lab.%nPOST a request to %s/images%n".formatted(url()));
    } else {
      LabServer.answer(exchange, 404, "text/plain; charset=utf-8", "The lab has no such page.\n");
    }
  }

  private <T extends AutoCloseable> T closing(T resource) {
    synchronized (open) {
      open.push(resource);
    }
    return resource;
  }

  @Override
  public void close() {
    closeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is going down, and the hook with it
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

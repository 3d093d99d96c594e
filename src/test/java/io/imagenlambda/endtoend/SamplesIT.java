package io.imagenlambda.endtoend;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.OnceForBothForms;
import io.imagenlambda.endtoend.IamGate.Mishap;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The samples of {@code deploy/clients} that sign their calls, as a reader runs them. */
@OnceForBothForms
final class SamplesIT extends LabCase {
  /** The environment variable with the path of a Python that has boto3 and requests. */
  private static final String PYTHON = "CLIENTS_PYTHON";

  /** The environment variable with the path of a folder whose node_modules has the AWS SDK. */
  private static final String NODE = "CLIENTS_NODE";

  private static final Path SAMPLES = Path.of("deploy", "clients").toAbsolutePath();
  private static final Duration A_WHILE = Duration.ofMinutes(2);

  @Test
  @EnabledIfEnvironmentVariable(
      named = NODE,
      matches = ".+",
      disabledReason = "CLIENTS_NODE does not name a folder with the AWS SDK, see .ci/run")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  private @interface NodeTest {}

  @Test
  @EnabledIfEnvironmentVariable(
      named = PYTHON,
      matches = ".+",
      disabledReason = "CLIENTS_PYTHON does not name a Python with boto3 and requests, see .ci/run")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  private @interface PythonTest {}

  /** What a sample has done. */
  private record Run(int exit, List<String> printed, String told) {}

  /** Answers a call that takes longer than a second with 202. */
  @AutoClose
  private final Lab impatient =
      Lab.start(
          LabOptions.forTests()
              .concurrency(3)
              .timeout(Duration.ofSeconds(20))
              .env("IMAGEN_TIMEOUT", "10s")
              .env("IMAGEN_HTTP_PATIENCE", "1s")
              .triggers(TriggerOptions.ON.redeliveryDelay(Duration.ZERO)));

  @AutoClose private final IamGate gate = IamGate.before(lab.url());
  @AutoClose private final IamGate impatientGate = IamGate.before(impatient.url());

  @TempDir Path files;

  SamplesIT() {
    super(LabOptions.forTests());
  }

  @BeforeEach
  void forgetAllCalls() {
    gate.forgetCalls();
    impatientGate.forgetCalls();
    impatient.predict().journal().clear();
  }

  @NodeTest
  void nodePrintsTheImageOfACallThatIsAnsweredAtOnce() throws Exception {
    printsTheImageOfACallThatIsAnsweredAtOnce(node());
  }

  @PythonTest
  void pythonPrintsTheImageOfACallThatIsAnsweredAtOnce() throws Exception {
    printsTheImageOfACallThatIsAnsweredAtOnce(python());
  }

  private void printsTheImageOfACallThatIsAnsweredAtOnce(List<String> sample) throws Exception {
    Run run = run(sample, gate, "a pier");

    assertImageOfOneCall(lab, run);
    assertEquals(List.of(200), gate.calls().stream().map(IamGate.Call::status).toList());
  }

  @NodeTest
  void nodeAsksForAnImageThatTakesLongUntilItIsThere() throws Exception {
    asksForAnImageThatTakesLongUntilItIsThere(node(), "node-long");
  }

  @PythonTest
  void pythonAsksForAnImageThatTakesLongUntilItIsThere() throws Exception {
    asksForAnImageThatTakesLongUntilItIsThere(python(), "python-long");
  }

  private void asksForAnImageThatTakesLongUntilItIsThere(List<String> sample, String id)
      throws Exception {
    Run run = run(sample, impatientGate, "[fault:slow=3000] a pier", id);

    impatient.queue().awaitEmpty(A_WHILE); // it came again, and had its result
    assertImageOfOneCall(impatient, run);
    IamGate.Call first = impatientGate.calls().getFirst();
    IamGate.Call last = impatientGate.calls().getLast();
    assertEquals("POST /images 202", first.method() + " " + first.path() + " " + first.status());
    assertEquals(
        "GET /images/%s 200".formatted(id),
        last.method() + " " + last.path() + " " + last.status());
  }

  @NodeTest
  void nodeTellsWhyAnImageThatTookLongIsNotThere() throws Exception {
    tellsWhyAnImageThatTookLongIsNotThere(node(), "node-filtered");
  }

  @PythonTest
  void pythonTellsWhyAnImageThatTookLongIsNotThere() throws Exception {
    tellsWhyAnImageThatTookLongIsNotThere(python(), "python-filtered");
  }

  private void tellsWhyAnImageThatTookLongIsNotThere(List<String> sample, String id)
      throws Exception {
    Run run = run(sample, impatientGate, "[fault:slow=3000][fault:all-filtered] a pier", id);

    assertEquals(200, impatientGate.calls().getLast().status(), "a result, but no image");
    String reason =
        given().get(impatient.url() + "/images/" + id).jsonPath().getString("filtered[0].reason");
    assertRefusal(run, "200: " + reason);
    assertEquals(1, impatient.predict().journal().calls().size());
  }

  @NodeTest
  void nodePrintsEveryFaultOfARequest() throws Exception {
    printsEveryFaultOfARequest(node());
  }

  @PythonTest
  void pythonPrintsEveryFaultOfARequest() throws Exception {
    printsEveryFaultOfARequest(python());
  }

  private void printsEveryFaultOfARequest(List<String> sample) throws Exception {
    Run run = run(sample, gate, "", "no id!");

    assertRefusal(run, "400: the request has 2 faults");
    assertRefusal(run, "#/prompt: ");
    assertRefusal(run, "#/id: ");
    assertEquals(0, calls());
  }

  @NodeTest
  void nodeSaysThatACallerIsNotLetIn() throws Exception {
    saysThatACallerIsNotLetIn(node());
  }

  @PythonTest
  void pythonSaysThatACallerIsNotLetIn() throws Exception {
    saysThatACallerIsNotLetIn(python());
  }

  private void saysThatACallerIsNotLetIn(List<String> sample) throws Exception {
    Run run = run(sample, gate, Map.of("AWS_SECRET_ACCESS_KEY", "another-secret-key"), "a pier");

    assertRefusal(run, "403: Forbidden");
    assertEquals(0, calls());
  }

  @NodeTest
  void nodeComesAgainAsTheSameRequest() throws Exception {
    comesAgainAsTheSameRequest(node());
  }

  @PythonTest
  void pythonComesAgainAsTheSameRequest() throws Exception {
    comesAgainAsTheSameRequest(python());
  }

  private void comesAgainAsTheSameRequest(List<String> sample) throws Exception {
    gate.next(Mishap.REFUSED_FOR_NOW, Mishap.ANSWER_LOST);

    Run run = run(sample, gate, "a pier");

    assertImageOfOneCall(lab, run);
    assertEquals(List.of(429, 0, 200), gate.calls().stream().map(IamGate.Call::status).toList());
    assertEquals(1, gate.calls().stream().map(IamGate.Call::body).distinct().count());
  }

  /** The image is there, is the one that the provider made, and was paid for once. */
  private static void assertImageOfOneCall(Lab lab, Run run) throws IOException {
    assertEquals(0, run.exit(), run::told);
    assertEquals(1, run.printed().size(), run.printed()::toString);
    try (InputStream image = URI.create(run.printed().getFirst()).toURL().openStream()) {
      assertEquals(
          lab.predict().journal().imagesServed(), List.of(IamGate.sha256(image.readAllBytes())));
    }
    assertEquals(1, lab.predict().journal().calls().size());
  }

  private static void assertRefusal(Run run, String words) {
    assertTrue(run.told().contains(words), run::told);
    assertEquals(1, run.exit());
    assertEquals(List.of(), run.printed());
  }

  /** An ES module finds its packages beside itself, or further up. */
  private List<String> node() throws IOException {
    Path sample = Files.copy(SAMPLES.resolve("node.mjs"), files.resolve("node.mjs"));
    Files.createSymbolicLink(
        files.resolve("node_modules"),
        Path.of(System.getenv(NODE), "node_modules").toAbsolutePath());
    return List.of("node", sample.toString());
  }

  private static List<String> python() {
    return List.of(System.getenv(PYTHON), SAMPLES.resolve("python.py").toString());
  }

  private Run run(List<String> sample, IamGate before, String... arguments) throws Exception {
    return run(sample, before, Map.of(), arguments);
  }

  private Run run(
      List<String> sample, IamGate before, Map<String, String> more, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(sample);
    command.addAll(List.of(arguments));
    Path out = files.resolve("out");
    Path err = files.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    // Nothing of this machine's: neither credentials nor a proxy.
    Map<String, String> env = new HashMap<>(IamGate.CREDENTIALS);
    env.putAll(more);
    env.put("IMAGES_URL", before.imagesUrl());
    env.put("PATH", System.getenv("PATH"));
    env.put("HOME", files.toString());
    builder.environment().clear();
    builder.environment().putAll(env);
    Process process = builder.start();
    try {
      boolean hasEnded = process.waitFor(A_WHILE.toSeconds(), TimeUnit.SECONDS);
      assertTrue(hasEnded, Files.readString(err));
      return new Run(process.exitValue(), Files.readAllLines(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}

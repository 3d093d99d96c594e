package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.deploy.Tool;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.predict.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What the page offers to send a request once more runs as it is shown, for every trigger. */
@DisabledOnOs(OS.WINDOWS) // some of it is a shell's
final class SameAgainIT extends OnThePage {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What shells and languages read as something else: quotes, $, `, \\, ! and a line break. */
  private static final String PROMPT =
      "it's \"a\" $HOME `id` 100% true\\n \\ !! null\nin the 灯塔 🗼 \u00e0 c\u00f4t\u00e9";

  @TempDir private Path work;

  @Test
  void curl() throws Exception {
    assumeTrue(Tool.isThere("curl", "--version"), "curl is not on this machine");
    sendAgain("curl", "curl", "sh");
  }

  @Test
  void awsCli() throws Exception {
    assumeTrue(Tool.isThere("aws", "--version"), "the AWS CLI is not on this machine");
    sendAgain("aws", "aws", "sh");
  }

  @Test
  void node() throws Exception {
    assumeTrue(Tool.isThere("node", "--eval", "fetch"), "Node is not on this machine");
    sendAgain("node", "again.mjs", "node");
  }

  @Test
  void python() throws Exception {
    assumeTrue(Tool.isThere("python3", "--version"), "Python is not on this machine");
    sendAgain("python", "again.py", "python3");
  }

  private void sendAgain(String way, String name, String program) throws Exception {
    for (String trigger : List.of("http", "later", "sqs", "json", "jsonl", "schedule", "direct")) {
      sendAgain(trigger, way, work.resolve(name), program);
    }
  }

  private void sendAgain(String trigger, String way, Path file, String program) throws Exception {
    lab.predict().journal().clear();
    browser.visit("#/");
    browser.await("#processes", _ -> true);
    browser.choose("trigger", trigger);
    // the driver cannot type an emoji
    browser.script("document.getElementById('prompt').value = arguments[0]", PROMPT);
    browser.click("#send");
    browser.await(
        "#status",
        trigger.equals("jsonl") ? "2 of 2 requests have a result" : "succeeded 2 of 2 images");
    lab.queue().awaitEmpty(Duration.ofSeconds(20));
    List<String> prompts = prompts();
    browser.choose("shell", way);
    Files.writeString(
        file, browser.await("[aria-label='Request as %s']".formatted(way), t -> t.length() > 1));
    browser.leave(); // it would look for results that are deleted now

    if (trigger.startsWith("json")) {
      forgetUploads();
    }
    forget(Lab.OUTPUT_BUCKET); // else nothing is made again
    lab.predict().journal().clear();
    Path output = work.resolve("output");
    int status =
        new ProcessBuilder(program, file.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    assertEquals(0, status, () -> trigger + " by " + way + ": " + read(output));
    try {
      lab.predict().journal().awaitCalls(prompts.size(), Duration.ofSeconds(20));
    } catch (IllegalStateException tooFew) {
      throw new AssertionError(trigger + " by " + way + ": " + read(output), tooFew);
    }
    lab.queue().awaitEmpty(Duration.ofSeconds(20));
    assertEquals(prompts, prompts(), () -> trigger + " by " + way + ": " + read(output));
  }

  /**
   * The lab's watch takes the same bytes, uploaded twice within a second, for one upload. So the
   * first is deleted, and the watch has seen that when it sees another.
   */
  private static void forgetUploads() throws InterruptedException {
    forget(Lab.REQUEST_BUCKET);
    lab.predict().journal().clear();
    lab.s3()
        .putObject(
            put -> put.bucket(Lab.REQUEST_BUCKET).key("other.txt"),
            RequestBody.fromString("another prompt"));
    lab.predict().journal().awaitCalls(1, Duration.ofSeconds(20));
    lab.queue().awaitEmpty(Duration.ofSeconds(20));
    forget(Lab.REQUEST_BUCKET);
  }

  private static void forget(String bucket) {
    for (S3Object each : lab.s3().listObjectsV2Paginator(list -> list.bucket(bucket)).contents()) {
      lab.s3().deleteObject(delete -> delete.bucket(bucket).key(each.key()));
    }
  }

  /** The prompts that the image API got, sorted. */
  private static List<String> prompts() throws IOException {
    List<String> prompts = new ArrayList<>();
    for (Call call : lab.predict().journal().calls()) {
      prompts.add(JSON.readTree(call.body()).at("/instances/0/prompt").asText());
    }
    return prompts.stream().sorted().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}

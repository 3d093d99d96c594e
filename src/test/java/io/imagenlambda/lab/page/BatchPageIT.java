package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file of requests on the lab's page: how it is taken, its progress and its report. */
final class BatchPageIT extends OnThePage {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path files;

  @BeforeEach
  void waitForTheQuota() {
    browser.await("#made-count", text -> !text.isEmpty());
  }

  @Test
  void aFileIsSentAsItIsAndItsReportHasEveryLine() throws Exception {
    Path file = files.resolve("coast.jsonl");
    Files.writeString(
        file,
        """
        {"id":"my-own","prompt":"a pier","parameters":{"sampleCount":1}}

        {"instances":[{"prompt":"a dune"}],"parameters":{"sampleCount":2}}
        {"id":"held","prompt":"[fault:all-filtered] a cove","parameters":{"sampleCount":1}}
        {"id":"odd","prompt":"a reef","parameters":{"sampleCount":9}}
        """);
    browser.upload("file", file);
    browser.await("#file-hint", "coast.jsonl: 4 requests, sent as they are");
    assertFalse(browser.find("#prompt").isDisplayed());
    browser.write("id", "coast");
    browser.click("#send");

    browser.await("#run-title", "coast.jsonl");
    browser.await("#status", "done 4 of 4 requests have a result");
    browser.await(".batch label", "2 done, 0 running, 2 failed, 0 waiting");
    browser.await(".batch .hint", text -> text.matches("[\\d.]+ requests a minute"));
    browser.await(".lines li:nth-child(1)", "a cove");
    browser.await(".lines li:nth-child(2) .why", "sampleCount");
    browser.await(".lines li:nth-child(3)", "a pier");
    browser.await(".lines li:nth-child(4)", "a dune");

    List<JsonNode> report = report();
    assertEquals(
        List.of(1, 3, 4, 5), report.stream().map(line -> line.get("line").asInt()).toList());
    assertEquals(
        List.of("my-own", "coast-3", "held", "odd"),
        report.stream().map(line -> line.get("id").asText()).toList());
    assertEquals(
        List.of("succeeded", "succeeded", "filtered", "failed"),
        report.stream().map(line -> line.get("status").asText()).toList());
    assertEquals("invalid_request", report.get(3).get("code").asText());
    assertEquals(2, report.get(1).get("urls").size());
    assertTrue(report.get(0).at("/urls/0").asText().contains("X-Amz-Signature"));

    browser.reload();
    browser.await("#status", "done 4 of 4 requests have a result");
    browser.await(".lines li:nth-child(3)", "a pier");
  }

  /** The times of results are whole seconds, so the first ends may seem to be before the start. */
  @ParameterizedTest
  @CsvSource({
    "10:00:00.900Z, 10:00:00Z, 60 requests a minute",
    "10:00:00.900Z, 10:00:02Z, 30 requests a minute",
    "10:00:00.100Z, 10:00:30Z, 2.0 requests a minute",
    "10:00:05.100Z, 10:00:04Z, ''",
  })
  void theRateIsOfTheResultsSinceTheSecondInWhichTheFileWasSent(
      String sentAt, String createdAt, String rate) {
    Object shown =
        browser.script(
            """
            const [sentAt, createdAt] = [...arguments].map((time) => `2026-11-30T${time}`);
            return import("/lab/page/batch.js").then(({ Batch }) => new Batch({
              requests: [],
              kept: { sentAt: Date.parse(sentAt) },
              results: new Map([["one", { createdAt, durationMs: 700 }]]),
            }).speed(0));
            """,
            sentAt,
            createdAt);

    assertEquals(rate, shown);
  }

  @Test
  void whatWasSentOfAFileIsThereOnceMore() {
    browser.drop(
        "#prompt-field",
        "again.jsonl",
        "{\"id\":\"mine\",\"prompt\":\"one\"}\n{\"contents\":[{\"parts\":[{\"text\":\"two\"}]}]}");
    browser.await("#file-hint", "again.jsonl: 2 requests");
    browser.click("#send");
    browser.await("#status", "done 2 of 2 requests have a result");
    String first = browser.awaitAddress(_ -> true);

    browser.click("#no-file");
    browser.click("#run .again button");
    browser.await("#file-hint", "again.jsonl: 2 requests");
    browser.click("#send");
    var _ = browser.awaitAddress(address -> !address.equals(first));
    browser.await("#status", "done 2 of 2 requests have a result");

    browser.visit("#/result/mine");
    browser.click("#result .again button");
    browser.await("#file-hint", "again.jsonl: 1 request,");
    browser.click("#no-file");
    assertTrue(browser.find("#prompt").isDisplayed());
  }

  private List<JsonNode> report() throws IOException {
    Path directory = Files.createDirectory(files.resolve("downloads"));
    Path file = browser.download(".batch button", directory);
    assertEquals("coast-report.jsonl", file.getFileName().toString());
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void theSampleOfCsvIsReadAsTheStateMachineForBatchesReadsIt() {
    lab.predict().journal().clear();
    browser.upload("file", Path.of("deploy/events/requests.csv").toAbsolutePath());
    browser.await("#file-hint", "requests.csv: 3 requests");
    browser.click("#send");

    browser.await("#status", "done 3 of 3 requests have a result");
    browser.await(".batch label", "3 done, 0 running, 0 failed, 0 waiting");
    String quoted = lab.predict().journal().callsWith("harbour, at dawn").getFirst().body();
    assertTrue(quoted.contains("a \\\"quiet\\\" harbour, at dawn"), quoted);
    assertTrue(quoted.contains("\"sampleCount\":2"), quoted);
    assertTrue(quoted.contains("\"negativePrompt\":\"people\""), quoted);
  }

  @ParameterizedTest
  @CsvSource({
    "a.jsonl, '{\"prompt\":\"p\"}\nnews', Line 2: it is not JSON",
    "a.jsonl, '\n[1]', Line 2: a request is a JSON object",
    "a.jsonl, '{\"id\":\"x\"}', Line 1: the request has no prompt",
    "a.jsonl, '{\"id\":\"ä\",\"prompt\":\"p\"}', Line 1: the id ä may have letters",
    "a.jsonl, '{\"id\":\"x\",\"prompt\":\"p\"}\n{\"id\":\"x\",\"prompt\":\"q\"}', Line 2: line 1 has the id x",
    "a.jsonl, '', a.jsonl has no request",
    "a.csv, 'prompt,model\np', 'Line 2: it has 1 cells, and the header has 2'",
    "a.csv, 'prompt\n\"p', Line 2: a quotation mark is not closed",
  })
  void aWrongLineIsNamedAndNothingIsSent(String name, String content, String message) {
    browser.drop("#prompt-field", name, content);

    browser.await("#file-why", "Nothing is sent of " + name + ". " + message);
    assertTrue(browser.find("#prompt").isDisplayed());
  }

  @Test
  void aFileThatWasDroppedIsTakenAwayAndThePromptIsThereAgain() {
    browser.drop("#prompt-field", "dropped.jsonl", "{\"prompt\":\"a heron\"}");
    browser.await("#file-hint", "dropped.jsonl: 1 request");
    browser.click("#no-file");

    assertEquals(browser.find("#prompt"), browser.focused());
    assertEquals("", browser.find("#file-hint").getText());
    browser.write("prompt", "an osprey");
    browser.click("#send");
    browser.await("#run-title", "an osprey");
    browser.await("#status", "succeeded");
  }
}

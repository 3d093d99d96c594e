package io.imagenlambda.event;

import static io.imagenlambda.event.Expected.assertMatches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.lab.LabServersProfile;
import io.imagenlambda.lab.predict.Call;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages of a queue: what is done stays away, what is not comes again. {@link
 * ReturnedMessagesTest} says when.
 */
@QuarkusTest
@TestProfile(LabServersProfile.class)
class SqsSourceTest extends LabServersCase {
  @Test
  void aMessageIsARequestThatHasTheMessagesId() {
    String id = "0c6a4c1e-9f3d-4a58-8d27-5b1e7f902a41";

    JsonNode answer = Lambda.answer(Sample.batch(Sample.of("sqs-message")));

    assertMatches("{\"batchItemFailures\":[]}", answer);
    assertEquals(List.of("0.png", "claim-0.json", "result.json"), lab.outputs(id));
    assertEquals(1, lab.calls());
  }

  @Test
  void aMessageDeliveredAgainCostsNothing() {
    Sample batch = Sample.batch(message("twice", "a lighthouse"));

    assertFailures(Lambda.answer(batch));
    assertFailures(Lambda.answer(batch));
    assertEquals(1, lab.calls());
  }

  @Test
  void ofAStandardQueuesBatchOnlyWhatFailedIsReturned() {
    JsonNode answer =
        Lambda.answer(
            Sample.batch(
                message("std-1", "a"),
                refused("std-2", message("std-2", "[fault:503-relay=9999]")),
                message("std-3", "b"),
                message("std-5", "[fault:blocked]"),
                message("std-6", "c").with("/body", "not JSON"),
                message("std-7", "d").with("/body", "{\"promt\":\"d\"}"),
                message("std-8", "e")));

    assertFailures(answer, "std-2", "std-6", "std-7");
    assertEquals(
        List.of("claim-0.json"), lab.outputs("std-2"), "a refusal is not stored as a result");
    assertTrue(lab.outputs("std-5").contains("result.json"), "a verdict of the filter is final");
    assertTrue(lab.outputs("std-8").contains("result.json"));
  }

  @Test
  void afterAFailureTheRestOfAFifoGroupAndOnlyThatGroupIsReturned() {
    JsonNode answer =
        Lambda.answer(
            Sample.batch(
                fifo("fifo-a1", "a", "a1"),
                fifo("fifo-b1", "b", "b1"),
                refused("fifo-a2", fifo("fifo-a2", "a", "[fault:503-relay=9999]")),
                fifo("fifo-b2", "b", "b2"),
                fifo("fifo-a3", "a", "a3"),
                refused("fifo-c1", fifo("fifo-c1", "c", "[fault:503-relay=9999]"))));

    assertFailures(answer, "fifo-a2", "fifo-a3", "fifo-c1");
    assertEquals(List.of(), lab.outputs("fifo-a3"), "nothing overtakes within a group");
    assertTrue(lab.outputs("fifo-b2").contains("result.json"));
  }

  @Test
  void aMessageThatCanNeverRunHoldsNobodyOfItsGroupUp() {
    JsonNode answer =
        Lambda.answer(
            Sample.batch(
                fifo("never-1", "a", ""), fifo("never-2", "a", "a2"), fifo("never-3", "a", "")));

    assertFailures(answer, "never-1", "never-3");
    assertTrue(lab.outputs("never-2").contains("result.json"));

    answer =
        Lambda.answer(
            Sample.batch(fifo("never-2", "a", "its id is taken"), fifo("never-4", "a", "a4")));

    assertFailures(answer, "never-2");
    assertTrue(lab.outputs("never-4").contains("result.json"));
  }

  @Test
  void groupsOfAFifoQueueRunInParallelEachInItsOrder() {
    JsonNode answer =
        Lambda.answer(
            Sample.batch(
                fifo("order-a1", "a", "[fault:slow=300] a1"),
                fifo("order-a2", "a", "[fault:slow=300] a2"),
                fifo("order-b1", "b", "[fault:slow=300] b1"),
                fifo("order-b2", "b", "[fault:slow=300] b2")));

    assertFailures(answer);
    List<String> order = lab.journal().calls().stream().map(Call::body).toList();
    assertTrue(position(order, "a1") < position(order, "a2"), order.toString());
    assertTrue(position(order, "b1") < position(order, "b2"), order.toString());
    assertEquals(2, lab.journal().mostAtOnce());
  }

  @Test
  void neverMoreCallsAtOnceThanTheOperatorAllows() {
    Sample[] messages =
        IntStream.range(0, 10)
            .mapToObj(i -> message("bounded-" + i, "[fault:slow=200] " + i))
            .toArray(Sample[]::new);

    assertFailures(Lambda.answer(Sample.batch(messages)));
    assertEquals(10, lab.calls());
    assertEquals(3, lab.journal().mostAtOnce());
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3-test", "eventbridge-custom"})
  void aMessageMayCarryAnotherServicesEvent(String event) {
    assertFailures(
        Lambda.answer(
            Sample.batch(message("carrier", "").with("/body", Sample.of(event).toString()))));
  }

  @Test
  void anotherRequestUnderAMessagesIdIsReturnedForAPersonToSee() {
    Lambda.answer("{\"id\":\"owned\",\"prompt\":\"a\",\"parameters\":{\"sampleCount\":1}}");

    JsonNode answer =
        Lambda.answer(
            Sample.batch(
                message("carrier-2", "").with("/body", "{\"id\":\"owned\",\"prompt\":\"b\"}")));

    assertFailures(answer, "carrier-2");
    assertEquals(1, lab.calls());
  }

  private static int position(List<String> bodies, String prompt) {
    return IntStream.range(0, bodies.size())
        .filter(i -> bodies.get(i).contains(prompt + "\""))
        .findFirst()
        .orElseThrow();
  }

  private static Sample message(String id, String prompt) {
    return with(Sample.of("sqs-message"), id, prompt);
  }

  private static Sample fifo(String id, String group, String prompt) {
    return with(Sample.of("sqs-fifo-message"), id, prompt)
        .with("/attributes/MessageGroupId", group);
  }

  /** Of a model of its own, which is shut from then on. */
  private Sample refused(String id, Sample message) {
    String model = "imagen-" + id;
    lab.predict().addModel(model);
    String body = message.json().path("body").asText();
    return message.with("/body", Sample.parse(body).with("/model", model).toString());
  }

  private static Sample with(Sample message, String id, String prompt) {
    return message
        .with("/messageId", id)
        .with("/body", "{\"prompt\":\"%s\",\"parameters\":{\"sampleCount\":1}}".formatted(prompt));
  }

  private static void assertFailures(JsonNode answer, String... ids) {
    String items =
        List.of(ids).stream()
            .map("{\"itemIdentifier\":\"%s\"}"::formatted)
            .collect(Collectors.joining(","));
    assertMatches("{\"batchItemFailures\":[" + items + "]}", answer);
  }
}

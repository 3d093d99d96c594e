package io.imagenlambda.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.AnyJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes is an event of a known kind, or told to be none; {@link InMemoryFunction}. */
final class EventsPropertiesTest {
  private static final InMemoryFunction FUNCTION = new InMemoryFunction();

  @Provide
  Arbitrary<JsonNode> events() {
    return AnyJson.value(
        ("Records eventSource EventSource aws:sqs aws:s3 aws:sns body messageId s3 object key Sns"
                + " Message Type Notification Event s3:TestEvent detail-type detail source aws.s3"
                + " aws.events requestContext http method httpMethod path rawPath POST /images"
                + " headers isBase64Encoded prompt instances parameters time id metadata model")
            .split(" "));
  }

  @Provide
  Arbitrary<String> samples() {
    return Arbitraries.of(
        "alb", "eventbridge-s3", "http-api", "rest-api", "s3", "scheduler", "sns", "sns-envelope");
  }

  @Property
  void anyJsonIsAnEventOrToldToBeNone(@ForAll("events") JsonNode event) throws IOException {
    FUNCTION.handle(event.toString().getBytes(UTF_8));
  }

  @Property
  void anyBytesAreAnEventOrToldToBeNone(@ForAll byte[] event) throws IOException {
    FUNCTION.handle(event);
  }

  @Property
  void anEventWithAnyPartInAnothersPlaceIsAnEventOrToldToBeNone(
      @ForAll("samples") String sample, @ForAll("events") JsonNode part, @ForAll int place)
      throws IOException {
    Sample event = Sample.of(sample);
    List<String> names = new ArrayList<>();
    event.json().fieldNames().forEachRemaining(names::add);
    String name = names.get(Math.floorMod(place, names.size()));
    FUNCTION.handle(event.with("/" + name, part).toString().getBytes(UTF_8));
  }

  @Property
  void whatHasNoWordOfOursIsOfNoKnownKindAndAsksNobody(@ForAll("strange") JsonNode event)
      throws IOException {
    String told = FUNCTION.handle(event.toString().getBytes(UTF_8)).asText();
    assertTrue(told.startsWith("UNKNOWN_EVENT: "), told);
    event.fieldNames().forEachRemaining(name -> assertTrue(told.contains(name), told));
    assertEquals(0, FUNCTION.paidCalls());
  }

  @Provide
  Arbitrary<JsonNode> strange() {
    return AnyJson.value("promt", "Record", "context", "aws:kinesis")
        .filter(event -> !event.has("prompt"));
  }
}

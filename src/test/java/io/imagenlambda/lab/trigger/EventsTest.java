package io.imagenlambda.lab.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** The lab's events have the shape that AWS documents. */
class EventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aMessageBecomesTheEventOfLambda() throws Exception {
    Message message =
        Message.builder()
            .messageId("id-1")
            .receiptHandle("handle")
            .body("{}")
            .md5OfBody("99914b932bd37a50b983c5e7c90ae93b")
            .attributes(
                Map.of(
                    MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2",
                    MessageSystemAttributeName.MESSAGE_GROUP_ID, "posters"))
            .messageAttributes(
                Map.of(
                    "tenant",
                    MessageAttributeValue.builder().stringValue("a").dataType("String").build()))
            .build();

    JsonNode record =
        JSON.readTree(SqsEvent.of(List.of(message), "arn:aws:sqs:us-east-1:123456789012:requests"))
            .at("/Records/0");

    assertEquals(
        JSON.readTree(
            """
            {"messageId":"id-1","receiptHandle":"handle","body":"{}",
             "attributes":{"ApproximateReceiveCount":"2","MessageGroupId":"posters"},
             "messageAttributes":{"tenant":{"stringValue":"a","stringListValues":[],
               "binaryListValues":[],"dataType":"String"}},
             "md5OfBody":"99914b932bd37a50b983c5e7c90ae93b","eventSource":"aws:sqs",
             "eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:requests",
             "awsRegion":"us-east-1"}\
            """),
        record);
  }

  @Test
  void anObjectBecomesTheEventOfS3() throws Exception {
    S3Object object = S3Object.builder().key("a b/c+ü.jsonl").size(49L).eTag("\"aa01\"").build();

    JsonNode record =
        JSON.readTree(S3Event.of("us-east-1", "requests", object, 7)).at("/Records/0");

    assertEquals(
        List.of(
            "eventVersion",
            "eventSource",
            "awsRegion",
            "eventTime",
            "eventName",
            "userIdentity",
            "requestParameters",
            "responseElements",
            "s3"),
        names(record));
    assertEquals(
        JSON.readTree(
            """
            {"key":"a+b/c%2B%C3%BC.jsonl","size":49,"eTag":"aa01","sequencer":"000000000000000007"}\
            """),
        record.at("/s3/object"));
    assertEquals(
        JSON.readTree(
            """
            {"name":"requests","ownerIdentity":{"principalId":"A1LAB"},
             "arn":"arn:aws:s3:::requests"}\
            """),
        record.at("/s3/bucket"));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}

package io.imagenlambda.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.lab.runtime.LambdaFunction.ProcessTiming;
import io.imagenlambda.lab.timeline.LabEvent;
import io.imagenlambda.lab.trigger.RequestQueue;
import io.imagenlambda.lab.trigger.RequestQueue.MessageDelivery;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lab's state as JSON. */
final class LabState {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_DELIVERIES = 50;

  private LabState() {}

  /**
   * The addresses of the services, the start times of the function's processes, and the number of
   * the last event: what is sent now is found in those after it.
   */
  static ObjectNode of(Lab lab) {
    ObjectNode json = JSON.createObjectNode().put("realApi", lab.callsRealApi());
    json.putObject("endpoints")
        .put("s3", lab.s3Endpoint().toString())
        .put("sqs", lab.sqsEndpoint().toString())
        .put("queueUrl", lab.queueUrl("requests").toString());
    json.put("requestBucket", Lab.REQUEST_BUCKET);
    json.put("functionName", InvokeApi.FUNCTION_NAME);
    json.put("lastEvent", lab.timeline().last());
    json.putObject("credentials")
        .put("AWS_ACCESS_KEY_ID", LabCredentials.ACCESS_KEY_ID)
        .put("AWS_SECRET_ACCESS_KEY", LabCredentials.SECRET_ACCESS_KEY)
        .put("AWS_DEFAULT_REGION", LabCredentials.REGION);
    json.setAll(quota(lab));
    json.set("function", function(lab));
    return json;
  }

  /** The limits of the simulator; nothing where the real API is used. */
  static ObjectNode quota(Lab lab) {
    ObjectNode json = JSON.createObjectNode();
    if (!lab.callsRealApi()) {
      Quota.Limits limits = lab.predict().limits();
      json.putObject("quota").put("requests", limits.requests()).put("images", limits.images());
    }
    return json;
  }

  private static ObjectNode function(Lab lab) {
    ObjectNode json = JSON.createObjectNode().put("name", lab.function().program().name());
    ArrayNode processes = json.putArray("processes");
    for (ProcessTiming timing : lab.function().timings()) {
      processes
          .addObject()
          .put("pid", timing.pid())
          .put("initMs", ms(timing.init()))
          .put("firstAnswerMs", ms(timing.firstAnswer()));
    }
    return json;
  }

  private static @Nullable Double ms(@Nullable Duration duration) {
    return duration == null ? null : LabEvent.ms(duration);
  }

  /** A queue, its last deliveries and its dead letters. */
  static ObjectNode of(RequestQueue queue) {
    RequestQueue.State state = queue.state();
    ObjectNode json = JSON.createObjectNode().put("queue", queue.name());
    json.put("waiting", state.waiting()).put("inFlight", state.inFlight());
    json.put("dead", state.dead());
    List<MessageDelivery> deliveries = queue.deliveries();
    ArrayNode newestFirst = json.putArray("deliveries");
    deliveries.reversed().stream()
        .limit(MAX_DELIVERIES)
        .map(LabState::delivery)
        .forEach(newestFirst::add);
    ArrayNode deadLetters = json.putArray("deadLetters");
    queue
        .deadLetters()
        .forEach(message ->
            deadLetters
                .addObject()
                .put("messageId", RequestQueue.diedAs(message))
                .put("reason", RequestQueue.deadReason(message))
                .put("body", message.body()));
    return json;
  }

  private static ObjectNode delivery(MessageDelivery delivery) {
    return JSON.createObjectNode()
        .put("at", delivery.at().toString())
        .put("messageId", delivery.messageId())
        .put("receives", delivery.receives())
        .put("done", delivery.done())
        .put("failure", delivery.failure())
        .put("body", delivery.body());
  }
}

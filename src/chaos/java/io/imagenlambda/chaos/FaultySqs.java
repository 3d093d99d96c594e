package io.imagenlambda.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.imagenlambda.chaos.HttpProxy.Client;
import io.imagenlambda.chaos.SqsFaultInjector.SqsFault;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A proxy between the function and the lab's SQS that fails on purpose. */
final class FaultySqs implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SqsFaultInjector faults;
  private final HttpProxy proxy;

  FaultySqs(SqsFaultInjector faults) {
    this.faults = faults;
    this.proxy = new HttpProxy(this::serve);
  }

  URI endpoint() {
    return proxy.endpoint();
  }

  /** Sets the address of SQS, which starts after this proxy. */
  void forwardTo(URI sqs) {
    proxy.forwardTo(sqs);
  }

  private void serve(HttpMessage request, Client client) throws IOException {
    Optional<SqsFault> fault = faults.next();
    if (fault.isEmpty()) {
      client.send(proxy.forward(request));
      return;
    }
    switch (fault.get()) {
      case UNAVAILABLE -> client.send(HttpMessage.error(503, "ServiceUnavailable", true));
      case CUT_BEFORE -> client.reset();
      case CUT_AFTER -> {
        var _ = proxy.forward(request);
        client.reset();
      }
      case PARTLY -> client.send(forwardPart(request));
    }
  }

  /** Passes a part of the batch on, and answers that the rest failed. */
  private HttpMessage forwardPart(HttpMessage request) throws IOException {
    ObjectNode batch = (ObjectNode) JSON.readTree(request.body());
    List<JsonNode> taken = new ArrayList<>();
    ArrayNode failed = JSON.createArrayNode();
    for (JsonNode entry : batch.path("Entries")) {
      if (faults.refusesMessage()) {
        failed
            .addObject()
            .put("Id", entry.path("Id").asText())
            .put("SenderFault", false)
            .put("Code", "InternalError")
            .put("Message", "chaos");
      } else {
        taken.add(entry);
      }
    }
    if (taken.isEmpty()) { // SQS refuses an empty batch
      ObjectNode nothingTaken = JSON.createObjectNode();
      nothingTaken.putArray("Successful");
      nothingTaken.set("Failed", failed);
      return HttpMessage.json(nothingTaken.toString());
    }
    batch.putArray("Entries").addAll(taken);
    HttpMessage answer = proxy.forward(request.withBody(batch.toString()));
    ObjectNode answered = (ObjectNode) JSON.readTree(answer.body());
    answered.set("Failed", failed);
    return answer.withBody(answered.toString());
  }

  @Override
  public void close() {
    proxy.close();
  }
}

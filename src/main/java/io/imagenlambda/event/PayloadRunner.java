package io.imagenlambda.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.event.Envelopes.Payload;
import io.imagenlambda.event.later.LaterRequests;
import io.imagenlambda.event.manifest.Manifests;
import io.imagenlambda.event.manifest.Report;
import io.imagenlambda.generation.InlineImages;
import io.imagenlambda.request.FunctionError;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.RequestParser;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jboss.logging.Logger;

/** Runs what an event carries. */
@Singleton
final class PayloadRunner {
  private static final Logger LOG = Logger.getLogger(PayloadRunner.class);

  private final Envelopes envelopes;
  private final RequestParser parser;
  private final InlineImages images;
  private final LaterRequests requests;
  private final Manifests manifests;

  PayloadRunner(
      Envelopes envelopes,
      RequestParser parser,
      InlineImages images,
      LaterRequests requests,
      Manifests manifests) {
    this.envelopes = envelopes;
    this.parser = parser;
    this.images = images;
    this.requests = requests;
    this.manifests = manifests;
  }

  /**
   * Runs all that is in an event, one after the other.
   *
   * @param eventId the id of a request that names none
   * @throws InvalidRequest if something can never be run; what came before it is done
   * @throws FunctionError if something has not ended; what came before it is done
   */
  Report run(JsonNode event, String eventId, Invocation invocation) {
    return run(envelopes.open(event, eventId), invocation);
  }

  /** The same, for an event that came as text. */
  Report run(String event, String eventId, Invocation invocation) {
    return run(envelopes.open(event, eventId), invocation);
  }

  private Report run(List<Payload> payloads, Invocation invocation) {
    List<Report> reports = new ArrayList<>();
    for (Payload payload : payloads) {
      reports.add(
          switch (payload) {
            case Payload.OneRequest request -> one(request, invocation);
            case Payload.RequestObject object ->
                manifests.run(
                    object.bucket(),
                    object.key(),
                    object.versionId(),
                    envelopes.again(object),
                    invocation);
            case Payload.Schedule schedule ->
                manifests.runScheduled(
                    schedule.eventId(),
                    schedule.time()::fill,
                    envelopes.again(schedule),
                    invocation);
            case Payload.Nothing nothing -> {
              LOG.infof("nothing to do for %s", nothing.what());
              yield Report.ignored(nothing.what());
            }
          });
    }
    return Report.all(reports);
  }

  private Report one(Payload.OneRequest carried, Invocation invocation) {
    try {
      JsonNode json = images.store(carried.json(), carried.eventId());
      GenerationRequest request = parser.parse(json, carried.eventId());
      return Report.of(request.id(), requests.runOrAccept(request, json, invocation));
    } catch (InvalidRequest invalid) {
      throw RequestParser.id(carried.json(), carried.eventId())
          .map(id -> FunctionError.of(invalid, id))
          .orElseGet(() -> FunctionError.of(invalid));
    }
  }

  /** A message's body, with the id that its request has for lack of another. */
  String withId(String event, String eventId) {
    try {
      return envelopes.open(event, eventId).getFirst() instanceof Payload.OneRequest carried
              && carried.eventId().equals(eventId) // not an envelope's
              && carried.json().isObject()
              && !carried.json().has("id")
          ? RequestParser.withId(carried.json(), eventId).toString()
          : event;
    } catch (InvalidRequest | NoSuchElementException nothingInside) {
      return event;
    }
  }
}

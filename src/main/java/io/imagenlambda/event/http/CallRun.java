package io.imagenlambda.event.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.imagenlambda.event.later.LaterRequests;
import io.imagenlambda.generation.Generation;
import io.imagenlambda.generation.ImageGenerator;
import io.imagenlambda.ledger.Inbox;
import io.imagenlambda.ledger.Ledger;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.Invocation;
import jakarta.inject.Singleton;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs the request of a call, whose caller does not wait for ever. */
@Singleton
final class CallRun {
  private final ImageGenerator generator;
  private final LaterRequests laterRequests;
  private final Patience patience;

  CallRun(ImageGenerator generator, LaterRequests laterRequests, Patience patience) {
    this.generator = generator;
    this.laterRequests = laterRequests;
    this.patience = patience;
  }

  /**
   * What a request comes to, if that is known in time. Else it goes on, and comes again if it must;
   * as does one of which something may have been charged: its caller might send it under another
   * id.
   *
   * @param json the request as it came
   * @param goesOn the answer then
   * @throws io.imagenlambda.request.InvalidRequest if its references cannot be used
   * @throws io.imagenlambda.storage.StorageFailure if S3 does not answer, perhaps after a call
   */
  HttpResponse run(
      GenerationRequest request,
      JsonNode json,
      Invocation invocation,
      Function<Generation, HttpResponse> ended,
      Supplier<HttpResponse> goesOn) {
    return patience
        .await(
            () -> generator.generate(request, invocation),
            late -> {
              if (late instanceof Generation.SendAgain again) {
                laterRequests.runLater(request, json, again, invocation);
              }
            },
            invocation)
        .map(generation ->
            generation instanceof Generation.SendAgain again
                    && isKept(request, json, again, invocation)
                ? goesOn.get()
                : ended.apply(generation))
        .orElseGet(() ->
            switch (laterRequests.keep(request, json, invocation).orElse(null)) {
              case Ledger.Ended now -> ended.apply(new Generation.Finished(now.result()));
              case Ledger.Conflict conflict -> ended.apply(new Generation.Conflict(request.id()));
              case Inbox.Accepted accepted -> goesOn.get();
              case null -> goesOn.get();
            });
  }

  private boolean isKept(
      GenerationRequest request, JsonNode json, Generation.SendAgain again, Invocation invocation) {
    boolean isKept = again.isBegun() && laterRequests.arePossible();
    if (isKept) {
      laterRequests.runLater(request, json, again, invocation);
    }
    return isKept;
  }
}

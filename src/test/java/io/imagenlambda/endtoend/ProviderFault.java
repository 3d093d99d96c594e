package io.imagenlambda.endtoend;

import static io.imagenlambda.endtoend.ExpectedOutcome.ACCOUNT;
import static io.imagenlambda.endtoend.ExpectedOutcome.BROKEN_OFF;
import static io.imagenlambda.endtoend.ExpectedOutcome.FILTERED;
import static io.imagenlambda.endtoend.ExpectedOutcome.PARTLY_FILTERED;
import static io.imagenlambda.endtoend.ExpectedOutcome.REJECTED;
import static io.imagenlambda.endtoend.ExpectedOutcome.SUCCEEDED;
import static io.imagenlambda.endtoend.ExpectedOutcome.SUCCEEDED_LATER;
import static io.imagenlambda.endtoend.ExpectedOutcome.TIMED_OUT;
import static io.imagenlambda.endtoend.ExpectedOutcome.TOO_MANY;
import static io.imagenlambda.endtoend.ExpectedOutcome.UNAVAILABLE;
import static io.imagenlambda.endtoend.ExpectedOutcome.UNKNOWN;

import java.util.List;

/**
 * One way for the predict API to fail, and the expected outcome.
 *
 * @param name the fault, in words
 * @param marker makes the simulator fail so
 */
record ProviderFault(String name, String marker, ExpectedOutcome expected) {
  /** Every fault: status, shape of the body, and the moment at which it comes. */
  static final List<ProviderFault> ALL =
      List.of(
          // not charged: repeated here, and then left to be sent again
          fault("429 that lasts", "429=0.01", TOO_MANY),
          fault("429 in an array that lasts", "429-array=0.01", TOO_MANY),
          fault("429 of the relay, once", "429-relayx1", SUCCEEDED_LATER),
          fault("429 without a body, once", "429-emptyx1", SUCCEEDED_LATER),
          fault("503 that lasts", "503=0.01", UNAVAILABLE),
          fault("503 of the relay, once", "503-relayx1", SUCCEEDED_LATER),
          fault("500 that lasts", "500=0.01", UNAVAILABLE),
          fault("500 of the relay, once", "500-relayx1", SUCCEEDED_LATER),
          fault("502 as HTML, once", "html-502x1", SUCCEEDED_LATER),
          fault("502 without a body, once", "502-emptyx1", SUCCEEDED_LATER),
          // must be fixed by the operator
          fault("401", "bad-key", ACCOUNT),
          fault("bad key sent as 400", "google-bad-key", ACCOUNT),
          fault("403", "403", ACCOUNT),
          fault("quota used up", "quota", ACCOUNT),
          fault("model not found sent as 503", "no-model", ACCOUNT),
          fault("model without a price sent as 500", "price", ACCOUNT),
          fault(
              "quota used up sent as 200",
              "empty={\"error\":{\"code\":\"insufficient_user_quota\",\"message\":\"no\"}}",
              ACCOUNT),
          // caused by the request
          fault("400", "400", REJECTED),
          fault("invalid request sent as 500", "invalid-request", REJECTED),
          fault("blocked prompt sent as 400", "blocked", FILTERED),
          fault("sensitive words sent as 500", "sensitive", FILTERED),
          fault("all images filtered", "all-filtered", FILTERED),
          fault("one image filtered", "filtered=1", PARTLY_FILTERED),
          fault("empty object", "empty={}", REJECTED),
          fault("null", "empty=null", REJECTED),
          fault("empty list", "empty=list", REJECTED),
          fault("empty image", "empty=bytes", REJECTED),
          fault("images stored elsewhere", "gcs", REJECTED),
          // perhaps charged: never repeated
          fault("504 as HTML", "504", TIMED_OUT),
          fault("524 as HTML", "524", TIMED_OUT),
          fault("408 as HTML", "408", TIMED_OUT),
          fault("HTML sent as 200", "empty=<html>oops</html>", UNKNOWN),
          fault("text instead of images", "not-an-image", UNKNOWN),
          fault("cut before the headers", "drop", UNKNOWN),
          fault("cut in the first image", "cut=1", UNKNOWN),
          fault("cut between the images", "cut-after=1", BROKEN_OFF),
          fault("cut in the last image", "cut=2", BROKEN_OFF),
          fault("stall before the headers", "slow=60000", TIMED_OUT),
          fault("stall in the first image", "stall=1", TIMED_OUT),
          fault("stall between the images", "stall-after=1", BROKEN_OFF),
          fault("stall in the last image", "stall=2", BROKEN_OFF),
          fault("trickle", "trickle=500", TIMED_OUT),
          // harmless
          fault("cut after the last image", "cut-after=2", SUCCEEDED),
          fault("stall after the last image", "stall-after=2", SUCCEEDED),
          fault("garbage after the images", "malformed", SUCCEEDED),
          fault("wrong type", "wrong-type", SUCCEEDED),
          fault("rewritten prompt", "rewritten", SUCCEEDED),
          fault("safety attributes", "safety", SUCCEEDED),
          fault("escaped base64", "escaped", SUCCEEDED),
          fault("body of no known length", "chunked", SUCCEEDED));

  private static ProviderFault fault(String name, String marker, ExpectedOutcome expected) {
    return new ProviderFault(name, marker, expected);
  }
}

package io.imagenlambda.telemetry;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The X-Ray trace that an invocation is part of. It goes on by itself: in Lambda the AWS SDK sends
 * its header along with each call of S3 and SQS, which hands it to the delivery of the message.
 * Lambda also records the invocation; to record its inner steps, too, would take a client of the
 * X-Ray daemon for what the log line has already. The provider is another company, and gets no
 * trace.
 *
 * @param id {@code 1-69218c20-…}, as X-Ray and CloudWatch search for it
 * @param begun when the trace began, to the second
 * @see <a
 *     href="https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader">
 *     tracing header</a>
 */
public record TraceHeader(Optional<String> id, Optional<Instant> begun) {
  private static final Pattern ROOT = Pattern.compile("Root=(1-([0-9a-f]{8})-[0-9a-f]{24})");

  /** That of the invocation at hand: every Java runtime of Lambda sets it before each. */
  public static TraceHeader current() {
    Matcher root = ROOT.matcher(System.getProperty("com.amazonaws.xray.traceHeader", ""));
    return root.find()
        ? new TraceHeader(
            Optional.of(root.group(1)),
            Optional.of(Instant.ofEpochSecond(Long.parseLong(root.group(2), 16))))
        : new TraceHeader(Optional.empty(), Optional.empty());
  }
}

package io.imagenlambda.telemetry;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The X-Ray trace of an invocation. In Lambda the AWS SDK sends it with each call to S3 and SQS,
 * and SQS passes it on with the message. Lambda records the invocation; to record its steps would
 * take a client of the X-Ray daemon, and the log line has them. The provider, another company, gets
 * no trace.
 *
 * @param id {@code 1-69218c20-…}, as X-Ray and CloudWatch search for it
 * @param begun when the trace began, to the second
 * @see <a
 *     href="https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader">
 *     tracing header</a>
 */
public record TraceHeader(Optional<String> id, Optional<Instant> begun) {
  private static final Pattern ROOT = Pattern.compile("Root=(1-([0-9a-f]{8})-[0-9a-f]{24})");

  /** That of the current invocation: every Java runtime of Lambda sets it before each. */
  public static TraceHeader current() {
    Matcher root = ROOT.matcher(System.getProperty("com.amazonaws.xray.traceHeader", ""));
    return root.find()
        ? new TraceHeader(
            Optional.of(root.group(1)),
            Optional.of(Instant.ofEpochSecond(Long.parseLong(root.group(2), 16))))
        : new TraceHeader(Optional.empty(), Optional.empty());
  }
}

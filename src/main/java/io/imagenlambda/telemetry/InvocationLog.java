package io.imagenlambda.telemetry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/**
 * What every line says of the invocation that it belongs to: its AWS request id and its X-Ray trace
 * id. Threads that are started meanwhile inherit it.
 *
 * <p>The trace goes on by itself: in Lambda the AWS SDK sends its header along with each call of S3
 * and SQS, which hands it to the delivery of the message. Lambda also records the invocation; to
 * record its inner steps, too, would take a client of the X-Ray daemon for what the log line has
 * already. The predict API is another company's, and gets no trace.
 */
public final class InvocationLog {
  private static final String REQUEST_ID = "awsRequestId";
  private static final String TRACE_ID = "traceId";

  private static final Pattern ROOT = Pattern.compile("Root=(1-[0-9a-f]{8}-[0-9a-f]{24})");

  private InvocationLog() {}

  /** Every Java runtime of Lambda sets this before each invocation. */
  public static String traceHeader() {
    return System.getProperty("com.amazonaws.xray.traceHeader", "");
  }

  /** From now on lines are of this invocation. */
  public static void begin(String awsRequestId) {
    MDC.put(REQUEST_ID, awsRequestId);
    traceId().ifPresentOrElse(id -> MDC.put(TRACE_ID, id), () -> MDC.remove(TRACE_ID));
  }

  /** {@code 1-69218c20-…}, as X-Ray and CloudWatch search for it. */
  static Optional<String> traceId() {
    Matcher root = ROOT.matcher(traceHeader());
    return root.find() ? Optional.of(root.group(1)) : Optional.empty();
  }
}

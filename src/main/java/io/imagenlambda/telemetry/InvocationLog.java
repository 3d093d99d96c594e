package io.imagenlambda.telemetry;

import org.jboss.logging.MDC;

/**
 * What every line says of the invocation that it belongs to: its AWS request id and its X-Ray trace
 * id. Threads that are started meanwhile inherit it.
 */
public final class InvocationLog {
  private static final String REQUEST_ID = "awsRequestId";
  private static final String TRACE_ID = "traceId";

  private InvocationLog() {}

  /** From now on lines are of this invocation. */
  public static void begin(String awsRequestId) {
    MDC.put(REQUEST_ID, awsRequestId);
    TraceHeader.current()
        .id()
        .ifPresentOrElse(id -> MDC.put(TRACE_ID, id), () -> MDC.remove(TRACE_ID));
  }
}

package io.imagenlambda.generation;

import java.util.List;
import java.util.stream.Collectors;

/** A request that is refused before anything is paid for, with all that is wrong with it. */
public final class InvalidRequest extends RuntimeException {
  private static final long serialVersionUID = 1;

  // Never serialised: it is thrown and caught inside one invocation.
  private final transient List<Fault> faults;

  InvalidRequest(List<Fault> faults) {
    super("invalid request", null, false, false);
    this.faults = List.copyOf(faults);
  }

  /** A request that is wrong as a whole. */
  public InvalidRequest(String detail) {
    this(List.of(new Fault("", detail)));
  }

  /** All faults in one line. */
  public String detail() {
    return faults.stream().map(Fault::detail).collect(Collectors.joining("; "));
  }

  /** Every fault, in the order of the request's fields; never empty. */
  public List<Fault> faults() {
    return faults;
  }
}

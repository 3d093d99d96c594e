package io.imagenlambda.lab.http;

/** A failure of the lab. Its message is one line for the user. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String line;

  public LabException(String line) {
    super(line);
    this.line = line;
  }

  public LabException(String line, Throwable cause) {
    super(line, cause);
    this.line = line;
  }

  @Override
  public String getMessage() {
    return line;
  }

  /** Another program listens on this port. */
  public static LabException portTaken(String service, int port, Throwable cause) {
    return new LabException(
        "port %d is taken: the lab's %s cannot listen there".formatted(port, service), cause);
  }
}

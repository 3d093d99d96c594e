package io.imagenlambda.request;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a failed call means for the request. */
public enum Outcome {
  /** Not charged, and worth trying again later. */
  UNAVAILABLE,
  /** Not charged; nothing is wrong with the request, the operator must act. */
  ACCOUNT,
  /** Trying this request again cannot help. */
  REJECTED,
  /** The images may have been made and charged. */
  UNKNOWN;

  /** Whether nothing was charged, and the same call may be made again. */
  public boolean isRefusal() {
    return this == UNAVAILABLE || this == ACCOUNT;
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

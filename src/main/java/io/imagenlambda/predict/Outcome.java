package io.imagenlambda.predict;

/** How a failed call is to be dealt with. */
public enum Outcome {
  /** Not charged, and worth trying again later. */
  UNAVAILABLE,
  /** Not charged; nothing is wrong with the request, the operator must act. */
  ACCOUNT,
  /** Trying this request again cannot help. */
  REJECTED,
  /** The images may have been made and charged. */
  UNKNOWN
}

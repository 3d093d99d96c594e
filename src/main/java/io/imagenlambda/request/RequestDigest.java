package io.imagenlambda.request;

import java.util.Set;

/**
 * What a request says: its prompt, and the model and parameters that it names. An id that comes
 * with another digest comes with another request.
 *
 * @param text as it is stored in claims and results: the version of its form, and SHA-256 in hex
 * @param older what earlier versions of this function stored for the same request
 */
public record RequestDigest(String text, Set<String> older) {
  public RequestDigest {
    older = Set.copyOf(older);
  }

  /** One that has had no other form. */
  public static RequestDigest of(String text) {
    return new RequestDigest(text, Set.of());
  }

  /** Whether a stored digest is that of this request. */
  public boolean matches(String stored) {
    return stored.equals(text) || older.contains(stored);
  }
}

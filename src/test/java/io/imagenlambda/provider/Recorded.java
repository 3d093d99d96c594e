package io.imagenlambda.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The recorded answers of {@code src/test/resources/predict}. */
public final class Recorded {
  private Recorded() {}

  public static byte[] bytes(String name) {
    try (InputStream in = Recorded.class.getResourceAsStream("/predict/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(String name) {
    return new String(bytes(name), UTF_8);
  }
}

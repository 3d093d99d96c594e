package io.imagenlambda.provider.gemini;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.imagenlambda.provider.Provider.Reference;
import io.imagenlambda.provider.net.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a call with references: each is a part before the text, and read when it is its turn.
 * So none is held in memory.
 */
final class ReferenceParts {
  /** How every body begins. */
  private static final String START = "{\"contents\":[{\"role\":\"user\",\"parts\":[";

  private ReferenceParts() {}

  /**
   * @param json the body without references
   */
  static Body insert(List<Reference> references, byte[] json) {
    int start = START.length();
    List<Body.Content> pieces = new ArrayList<>();
    pieces.add(() -> new ByteArrayInputStream(json, 0, start));
    long length = json.length;
    for (Reference each : references) {
      byte[] before =
          "{\"inlineData\":{\"mimeType\":\"%s\",\"data\":\""
              .formatted(each.mimeType())
              .getBytes(US_ASCII);
      byte[] after = "\"}},".getBytes(US_ASCII);
      pieces.add(() -> new ByteArrayInputStream(before));
      pieces.add(() -> new Base64Content(each.open()));
      pieces.add(() -> new ByteArrayInputStream(after));
      length += before.length + Base64Content.length(each.bytes()) + after.length;
    }
    pieces.add(() -> new ByteArrayInputStream(json, start, json.length - start));
    return new Body.Streamed(length, () -> new Joined(pieces));
  }

  /** One after the other; the JDK's opens all that are left only to close them. */
  private static final class Joined extends InputStream {
    private final List<Body.Content> pieces;
    private int next;
    private volatile @Nullable InputStream piece;

    Joined(List<Body.Content> pieces) {
      this.pieces = pieces;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      InputStream from = piece;
      int count = from == null ? -1 : from.read(to, offset, length);
      while (count < 0 && next < pieces.size()) {
        close();
        from = pieces.get(next).open();
        piece = from;
        next++;
        count = from.read(to, offset, length);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      InputStream open = piece;
      if (open != null) {
        open.close();
      }
    }
  }
}

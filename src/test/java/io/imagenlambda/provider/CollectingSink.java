package io.imagenlambda.provider;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given, and whether it was given in the right order. */
public final class CollectingSink implements ImageSink {
  public int wanted = 4;

  @Override
  public int wanted() {
    return wanted;
  }

  public record Image(Open written, @Nullable String mimeType, @Nullable String prompt) {
    public byte[] bytes() {
      return written.toByteArray();
    }
  }

  public static final class Open extends ByteArrayOutputStream {
    boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  public final List<String> unreadable = new ArrayList<>();
  public final List<Open> opened = new ArrayList<>();
  public final List<Image> images = new ArrayList<>();

  @Override
  public OutputStream next() {
    Open open = new Open();
    opened.add(open);
    return open;
  }

  @Override
  public void unreadable(String why) {
    unreadable.add(why);
  }

  @Override
  public void image(OutputStream written, @Nullable String mimeType, @Nullable String prompt) {
    Open open = (Open) written;
    boolean inOrder =
        images.isEmpty() || opened.indexOf(open) > opened.indexOf(images.getLast().written());
    if (open.closed || !inOrder) {
      throw new AssertionError("an image is told while it is open, and in order");
    }
    images.add(new Image(open, mimeType, prompt));
  }

  /** What the provider said about the images. */
  String told() {
    return images.stream()
        .map(image -> image.mimeType() + " " + image.prompt())
        .toList()
        .toString();
  }

  public boolean everythingClosed() {
    return opened.stream().allMatch(open -> open.closed);
  }
}

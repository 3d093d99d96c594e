package io.imagenlambda.provider;

import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Counts what it is given, and takes its time. */
public final class CountingSink extends OutputStream implements ImageSink {
  private final long nanosPerBlock;
  private long bytes;
  private int images;

  public CountingSink(long nanosPerBlock) {
    this.nanosPerBlock = nanosPerBlock;
  }

  public long bytes() {
    return bytes;
  }

  public int images() {
    return images;
  }

  @Override
  public int wanted() {
    return 4;
  }

  @Override
  public OutputStream next() {
    return this;
  }

  @Override
  public void unreadable(String why) {
    throw new AssertionError(why);
  }

  @Override
  public void image(OutputStream written, @Nullable String mimeType, @Nullable String prompt) {
    images++;
  }

  @Override
  public void write(int b) {
    bytes++;
  }

  @Override
  public void write(byte[] block, int offset, int length) {
    bytes += length;
    if (nanosPerBlock > 0) {
      LockSupport.parkNanos(nanosPerBlock);
    }
  }
}

package io.imagenlambda.lab.predict;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes RGB PNGs. The JDK's writer tries every filter on every row, which takes most of a second
 * for a 2K image. Gradients and text need only the filter "up" and the fastest compression.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte FILTER_NONE = 0;
  private static final byte FILTER_UP = 2;

  private Png() {}

  static byte[] of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int row = 3 * width;
    byte[] raw = new byte[(row + 1) * height];
    int[] pixels = new int[width];
    byte[] above = new byte[row];
    byte[] current = new byte[row];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, pixels, 0, width);
      for (int x = 0; x < width; x++) {
        current[3 * x] = (byte) (pixels[x] >> 16);
        current[3 * x + 1] = (byte) (pixels[x] >> 8);
        current[3 * x + 2] = (byte) pixels[x];
      }
      raw[at++] = FILTER_UP;
      for (int i = 0; i < row; i++) {
        raw[at++] = (byte) (current[i] - above[i]);
      }
      byte[] spare = above;
      above = current;
      current = spare;
    }
    return file(width, height, deflate(raw, Deflater.BEST_SPEED), 0);
  }

  /**
   * A valid PNG of exactly so many bytes, or of as few as its pixels need. It has noise on black.
   * If the pixels are not enough, a private chunk fills the rest.
   */
  static byte[] noise(int width, int height, long seed, int wantedBytes) {
    int row = 3 * width + 1;
    byte[] raw = new byte[row * height];
    byte[] noise = new byte[Math.min(raw.length, wantedBytes)];
    new Random(seed).nextBytes(noise);
    System.arraycopy(noise, 0, raw, 0, noise.length);
    for (int y = 0; y < height; y++) {
      raw[y * row] = FILTER_NONE;
    }
    boolean allNoise = noise.length > raw.length * 0.9;
    byte[] data = deflate(raw, allNoise ? Deflater.NO_COMPRESSION : Deflater.BEST_SPEED);
    int size = file(width, height, data, 0).length;
    return file(width, height, data, Math.max(0, wantedBytes - size));
  }

  private static byte[] deflate(byte[] raw, int level) {
    try (Deflater deflater = new Deflater(level)) {
      deflater.setInput(raw);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length / 8 + 1024);
      byte[] block = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(block, 0, deflater.deflate(block));
      }
      return out.toByteArray();
    }
  }

  private static byte[] file(int width, int height, byte[] data, int padding) {
    byte[] header = new byte[13];
    ByteBuffer.wrap(header).putInt(width).putInt(height).put((byte) 8).put((byte) 2);
    ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + padding + 128);
    out.writeBytes(SIGNATURE);
    chunk(out, "IHDR", header);
    chunk(out, "IDAT", data);
    if (padding > 12) {
      byte[] pad = new byte[padding - 12];
      new Random(padding).nextBytes(pad);
      chunk(out, "laBn", pad);
    }
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}

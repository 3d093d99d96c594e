package io.imagenlambda.lab.predict;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Draws a picture: soft discs, the prompt, and the model and size at the bottom. */
final class Painter {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  private static final int DISCS = 7;
  private static final int MAX_LINES = 7;

  private Painter() {}

  static byte[] paint(Picture picture) {
    boolean jpeg = picture.mimeType().equals("image/jpeg");
    if (picture.wantedBytes() > 0 && !jpeg) {
      long seed = picture.seed() * 31 + picture.index();
      return Png.noise(picture.width(), picture.height(), seed, picture.wantedBytes());
    }
    BufferedImage image = draw(picture);
    return jpeg ? jpeg(image) : Png.of(image);
  }

  private static BufferedImage draw(Picture picture) {
    int width = picture.width();
    int height = picture.height();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    Random random = new Random(picture.seed() * 31 + picture.index());
    float hue = random.nextFloat();
    g.setPaint(
        new GradientPaint(
            0,
            0,
            Color.getHSBColor(hue, 0.55f, 0.55f),
            0,
            height,
            Color.getHSBColor(hue + 0.12f, 0.7f, 0.2f)));
    g.fillRect(0, 0, width, height);
    for (int disc = 0; disc < DISCS; disc++) {
      double size = (0.15 + 0.4 * random.nextDouble()) * Math.min(width, height);
      Color colour = Color.getHSBColor(hue + 0.25f * random.nextFloat(), 0.45f, 0.95f);
      g.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 48));
      g.fill(
          new Ellipse2D.Double(
              random.nextDouble() * width - size / 2,
              random.nextDouble() * height - size / 2,
              size,
              size));
    }
    write(g, picture);
    g.dispose();
    return image;
  }

  private static void write(Graphics2D g, Picture picture) {
    int width = picture.width();
    int height = picture.height();
    int margin = width / 14;
    g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, Math.min(width, height) / 16));
    FontMetrics metrics = g.getFontMetrics();
    List<String> lines = wrap(Faults.unmarked(picture.prompt()), metrics, width - 2 * margin);
    int y = (height - lines.size() * metrics.getHeight()) / 2 + metrics.getAscent();
    for (String line : lines) {
      g.setColor(new Color(0, 0, 0, 110));
      g.drawString(line, margin + 3, y + 3);
      g.setColor(Color.WHITE);
      g.drawString(line, margin, y);
      y += metrics.getHeight();
    }
    g.setFont(new Font(Font.MONOSPACED, Font.PLAIN, Math.min(width, height) / 44));
    g.setColor(new Color(255, 255, 255, 190));
    String caption =
        "%s · %d×%d · %d".formatted(picture.model(), width, height, picture.index() + 1);
    g.drawString(caption, margin, height - margin / 2);
  }

  private static List<String> wrap(String text, FontMetrics metrics, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+", -1)) {
      if (!line.isEmpty() && metrics.stringWidth(line + " " + word) > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    if (lines.size() > MAX_LINES) {
      lines = new ArrayList<>(lines.subList(0, MAX_LINES));
      lines.add("…");
    }
    return lines;
  }

  private static byte[] jpeg(BufferedImage image) {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(image, "jpeg", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.imagenlambda.lab.predict;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A picture to draw. Equal pictures always give the same bytes.
 *
 * @param wantedBytes the size of the file in bytes, for noise instead of a drawing; 0 for a drawing
 */
record Picture(
    String prompt,
    String model,
    long seed,
    int index,
    int width,
    int height,
    String mimeType,
    int wantedBytes) {

  private record Size(int width, int height) {}

  private static final Map<String, Size> SIZES =
      Map.ofEntries(
          Map.entry("1:1", new Size(1024, 1024)),
          Map.entry("3:4", new Size(896, 1280)),
          Map.entry("4:3", new Size(1280, 896)),
          Map.entry("9:16", new Size(768, 1408)),
          Map.entry("16:9", new Size(1408, 768)),
          Map.entry("2:3", new Size(832, 1248)),
          Map.entry("3:2", new Size(1248, 832)),
          Map.entry("4:5", new Size(896, 1152)),
          Map.entry("5:4", new Size(1152, 896)),
          Map.entry("21:9", new Size(1536, 672)),
          Map.entry("1:4", new Size(512, 2048)),
          Map.entry("4:1", new Size(2048, 512)),
          Map.entry("1:8", new Size(352, 2816)),
          Map.entry("8:1", new Size(2816, 352)));

  /** What a size of 1K is multiplied by. */
  private static final Map<String, Double> SCALES =
      Map.of("512", 0.5, "1K", 1.0, "2K", 2.0, "4K", 4.0);

  static Picture of(ImageRequest request, int index) {
    Size size = Objects.requireNonNull(SIZES.get(request.aspectRatio()));
    double scale = Objects.requireNonNull(SCALES.get(request.imageSize()));
    @Nullable Long seed = request.seed();
    return new Picture(
        request.prompt(),
        request.model(),
        seed == null ? request.prompt().hashCode() : seed,
        index,
        (int) (size.width * scale),
        (int) (size.height * scale),
        request.mimeType(),
        Faults.wantedBytes(request.prompt()).orElse(0));
  }

  static boolean isAspectRatio(String ratio) {
    return SIZES.containsKey(ratio);
  }
}

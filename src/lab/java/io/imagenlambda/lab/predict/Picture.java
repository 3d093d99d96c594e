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
      Map.of(
          "1:1", new Size(1024, 1024),
          "3:4", new Size(896, 1280),
          "4:3", new Size(1280, 896),
          "9:16", new Size(768, 1408),
          "16:9", new Size(1408, 768));

  static Picture of(PredictRequest request, int index) {
    Size size = Objects.requireNonNull(SIZES.get(request.aspectRatio()));
    int scale = request.imageSize().equals("2K") ? 2 : 1;
    @Nullable Long seed = request.seed();
    return new Picture(
        request.prompt(),
        request.model(),
        seed == null ? request.prompt().hashCode() : seed,
        index,
        size.width * scale,
        size.height * scale,
        request.mimeType(),
        Faults.wantedBytes(request.prompt()).orElse(0));
  }

  static boolean isAspectRatio(String ratio) {
    return SIZES.containsKey(ratio);
  }
}

package io.imagenlambda.lab.predict;

import io.imagenlambda.lab.predict.Call.Served;
import io.imagenlambda.lab.predict.PictureCache.EncodedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A piece of the body of a 200. No base64 string is held in memory. */
sealed interface AnswerPart {
  /** Text that is sent as it is. */
  record Text(String json) implements AnswerPart {}

  /** An image, sent in base64. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Image(byte[] bytes, Served served) implements AnswerPart {
    /**
     * The picture, or what faults make of it.
     *
     * @param index of the image in its answer, from 0
     */
    static Image of(EncodedImage picture, int index, String mimeType, List<Fault> faults) {
      for (Fault fault : faults) {
        if (fault instanceof Fault.NotAnImage) {
          return of("this is no image".getBytes(StandardCharsets.UTF_8), mimeType);
        }
        if (fault instanceof Fault.HalfImages(int count) && index < count) {
          return of(Arrays.copyOf(picture.bytes(), picture.bytes().length / 2), mimeType);
        }
      }
      return new Image(
          picture.bytes(), new Served(picture.sha256(), picture.bytes().length, mimeType));
    }

    private static Image of(byte[] bytes, String mimeType) {
      return new Image(bytes, new Served(PictureCache.sha256(bytes), bytes.length, mimeType));
    }
  }
}

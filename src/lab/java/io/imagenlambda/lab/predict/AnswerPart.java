package io.imagenlambda.lab.predict;

import io.imagenlambda.lab.predict.Call.Served;

/** A piece of the body of a 200. No base64 string is held in memory. */
sealed interface AnswerPart {
  /** Text that is sent as it is. */
  record Text(String json) implements AnswerPart {}

  /** An image, sent in base64. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Image(byte[] bytes, Served served) implements AnswerPart {}
}

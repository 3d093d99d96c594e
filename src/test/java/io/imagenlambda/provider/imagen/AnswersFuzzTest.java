package io.imagenlambda.provider.imagen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.provider.ErrorBody;
import io.imagenlambda.provider.json.SplitStream;
import java.io.IOException;

/** What the predict API may answer: {@code ./mvnw -Pfuzz} looks for an answer that breaks it. */
final class AnswersFuzzTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  @DictionaryFile(resourcePath = "answers.dict")
  @FuzzTest
  void noAnswerBreaksTheReader(byte[] answer) throws IOException {
    if (answer.length > 0) {
      readAsImages(answer);
      readAsError(new String(answer, UTF_8));
    }
  }

  /** In one piece and in pieces of one byte; an answer that Jackson accepts is read as it reads. */
  private static void readAsImages(byte[] answer) throws IOException {
    ReadAnswer read =
        ReadAnswer.of(new SplitStream(answer, Math.min(answer[0] & 0xFF, answer.length)));
    assertEquals(read, ReadAnswer.of(SplitStream.inPieces(answer, 1)));
    ReadAnswer reference = ReadAnswer.byJackson(answer);
    if (reference != null) {
      assertEquals(reference, read);
    }
  }

  private static void readAsError(String text) {
    ErrorBody error = ErrorBody.read(JACKSON, text);
    assertTrue(error.message().length() <= 1001);
    assertTrue(error.message().chars().noneMatch(Character::isISOControl), error::message);
  }
}

package io.imagenlambda.provider.gemini;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.imagenlambda.provider.json.SplitStream;
import java.io.IOException;

/** What Gemini may answer: {@code ./mvnw -Pfuzz} looks for an answer that breaks the reader. */
final class GenerateContentFuzzTest {
  /** In two pieces and in pieces of one byte; what Jackson accepts is read as it reads. */
  @DictionaryFile(resourcePath = "contents.dict")
  @FuzzTest
  void noAnswerBreaksTheReader(byte[] answer) throws IOException {
    if (answer.length == 0) {
      return;
    }
    ReadContent read =
        ReadContent.of(new SplitStream(answer, Math.min(answer[0] & 0xFF, answer.length)));
    assertEquals(read, ReadContent.of(SplitStream.inPieces(answer, 1)));
    ReadContent reference = ReadContent.byJackson(answer);
    if (reference != null) {
      assertEquals(reference, read);
    }
  }
}

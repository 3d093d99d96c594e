package io.imagenlambda.event;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** What comes from outside as an event: {@code ./mvnw -Pfuzz} looks for one that breaks it. */
final class EventsFuzzTest {
  private static final InMemoryFunction FUNCTION = new InMemoryFunction();

  @DictionaryFile(resourcePath = "events.dict")
  @FuzzTest
  void noEventBreaksTheFunction(byte[] event) throws IOException {
    FUNCTION.handle(event);
  }
}

package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.runtime.Answer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other people's software writes: read as it is meant, or refused before it costs money. */
final class StrangeInputIT extends LabCase {
  StrangeInputIT() {
    super(LabOptions.forTests());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prompt':'p','prompt':'q'}                                   | prompt",
        "{'prompt':'p','parameters':{'sampleCount':1,'sampleCount':4}} | parameters.sampleCount",
        "{'source':'shop','detail-type':'order','detail':{'prompt':'p','id':'a','id':'b'}}"
            + " | detail.id",
      })
  void aFieldThatStandsTwiceIsRefusedAndCostsNothing(String event, String field) {
    assertRefused(event, field + " stands there twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prompt':'p','parameters':{'seed':1e400}}          | parameters.seed is a number",
        "{'prompt':'p','parameters':{'guidance':1e-400}}     | parameters.guidance is a number",
        "{'prompt':'half a \\ud83d'}                       | prompt has half a character",
        "{'prompt':'caf\\ufffd'}                           | prompt has U+FFFD",
        "{'prompt':'p','\\ud83d':1}                        | [\"?\"] has half a character",
      })
  void whatWouldNotSurviveIsRefusedAndCostsNothing(String event, String why) {
    assertRefused(event, why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\u00a0", "\\u202f", "\\u0085", "\\u200b", "\\ufeff", "\\u0000", " \\u2003\\t"})
  void aPromptOfWhichNothingCanBeSeenIsEmptyAndCostsNothing(String prompt) {
    assertRefused("{'prompt':'%s'}".formatted(prompt), "prompt is empty");
  }

  /** By the executable's name for it, and before anything is paid for. */
  private void assertRefused(String singleQuotedEvent, String why) {
    Answer answer = lab.function().invoke(singleQuotedEvent.replace('\'', '"'));
    var error = assertInstanceOf(Answer.FunctionError.class, answer, answer::text);
    assertEquals("InvalidRequest", error.errorType(), error.errorMessage());
    assertTrue(error.errorMessage().startsWith(why), error.errorMessage());
    assertEquals(0, calls());
  }
}

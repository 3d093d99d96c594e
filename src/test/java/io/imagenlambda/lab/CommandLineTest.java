package io.imagenlambda.lab;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.http.LabException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private static final String UTF_8 = "UTF-8";

  /** What Java says of the locale C. */
  private static final String ASCII = "ANSI_X3.4-1968";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-DsampleCount=abc | -DsampleCount is abc but must be a whole number from 1 to 4",
        "-DsampleCount=5 | -DsampleCount is 5 but must be a whole number from 1 to 4",
        "-DsampleCount | -DsampleCount is true but must be a whole number from 1 to 4",
        "-DimageSize=3K | -DimageSize is 3K but must be one of 512, 1K, 2K, 4K",
        "-Djson=yes | -Djson is yes but must be one of true, false",
        "-Dcheck=1 | -Dcheck is 1 but must be one of true, false",
        "-Dcheck | -Dcheck makes no image: leave it or -Dprompt out",
        "-Dlab.port=web | -Dlab.port is web but must be a whole number from 0 to 65535",
        "-Dlab.s3.port=65536 | -Dlab.s3.port is 65536 but must be a whole number from 0 to 65535",
        "-Dlab.ports=all | -Dlab.ports is all but must be any",
        "-Dlab.quota=-1 | -Dlab.quota is -1 but must be a whole number, not less than 0",
        "-Dlab.quota.retryInfo=no | -Dlab.quota.retryInfo is no but must be one of true, false",
        "-Dlab.keys=short | -Dlab.keys is short but must be keys of 16 characters at least, commas between them",
        "-Dlab.cors=localhost | -Dlab.cors is localhost but must be origins such as http://localhost:5173, commas between them, or *",
        "-Dlab.quotas=1 | -Dlab.quotas is not an option: ./mvnw -Plab -Dhelp lists them",
        "-DsamplecOunt=1 | -DsamplecOunt is not an option: -DsampleCount is meant"
      })
  void anOptionOfTheWrongKindIsNamedWithWhatItMustBe(String argument, String message) {
    assertEquals(message, refusal(CommandLine.of(UTF_8, "-Dprompt=a pier", argument)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Dprompt", "-Dprompt=", "-Dprompt= "})
  void aPromptIsAText(String argument) {
    String message = refusal(CommandLine.of(UTF_8, argument));
    assertTrue(message.contains(" but must be a text, in quotes if it has spaces"), message);
  }

  @Test
  void whatIsForOneRequestIsRefusedWithoutAPrompt() {
    assertEquals(
        "-DimageSize is for one request, and -Dprompt=\"…\" is missing",
        refusal(CommandLine.of(UTF_8, "-DimageSize=2K")));
  }

  @Test
  void aLineWithEveryOptionIsAccepted() {
    CommandLine line =
        CommandLine.of(
            UTF_8,
            "-Plab",
            "-Dprompt=a pier",
            "-D",
            "sampleCount=2",
            "--define",
            "aspectRatio=16:9",
            "--define=imageSize=2K",
            "-DpersonGeneration=dont_allow",
            "-Djson",
            "-Dlab.quota=60",
            "-Dlab.cors=*, http://localhost:5173",
            "-Dlab.keys=key-of-the-first-shop,key-of-the-second-shop",
            "-Dlab.arguments=-Xmx64m -Xms8m",
            "-Dmaven.repo.local=/tmp/lab");
    line.check();
    assertEquals(2, line.number("sampleCount"));
    assertTrue(line.isOn("json"));
    assertTrue(line.isOn("lab.quota.retryInfo"));
    assertEquals(List.of("*", "http://localhost:5173"), line.list("lab.cors"));
    assertFalse(line.stays());
  }

  @Test
  void whatIsNotTheLabsIsForMaven() {
    CommandLine line =
        CommandLine.of(
            UTF_8, "-B", "-Plab", "-Dprompt=a pier", "-o", "-D", "maven.repo.local=/tmp", "-ntp");
    assertEquals(List.of("-o", "-Dmaven.repo.local=/tmp"), line.forMaven());
    assertFalse(line.asksMaven());
    assertTrue(CommandLine.of(UTF_8, "-Plab", "clean").asksMaven());
    assertTrue(CommandLine.of(UTF_8, "-Plab", "--version").asksMaven());
  }

  @Test
  void mavensPropertiesAreReadInTheSameWay() {
    Properties properties = new Properties();
    properties.setProperty("sampleCount", "abc");
    assertEquals(
        "-DsampleCount is abc but must be a whole number from 1 to 4",
        refusal(CommandLine.of(properties)));
  }

  @Test
  void aLetterThatTheLocaleDoesNotHaveIsRefusedWithWhatToType() {
    String message = refusal(CommandLine.of(ASCII, "-Dprompt=??????"));
    assertTrue(message.startsWith("-Dprompt cannot be read, as the locale (" + ASCII), message);
    assertTrue(message.endsWith("type LC_ALL=C.UTF-8 ./mvnw -Plab -Dprompt=…"), message);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    String message = refusal(CommandLine.of(UTF_8, "-Dprompt=ph\uFFFDre"));
    assertTrue(message.startsWith("-Dprompt is not text in UTF-8"), message);
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, who is there?", "UTF-8, 灯塔", "ISO-8859-1, o\u00f9?", ASCII + ", a pier"})
  void whatHasArrivedIsNotRefused(String encoding, String prompt) {
    assertDoesNotThrow(() -> CommandLine.of(encoding, "-Dprompt=" + prompt).check());
  }

  @Test
  void oneOptionTakesFreePortsForAllThatNoneIsGivenFor() {
    CommandLine usual = CommandLine.of(UTF_8, "-Dlab.s3.port=9001");
    assertEquals(8080, usual.number("lab.port"));
    assertEquals(9001, usual.number("lab.s3.port"));
    CommandLine any = CommandLine.of(UTF_8, "-Dlab.s3.port=9001", "-Dlab.ports=any");
    assertEquals(0, any.number("lab.port"));
    assertEquals(9001, any.number("lab.s3.port"));
    assertEquals(0, any.number("lab.sqs.port"));
    assertEquals(0, any.number("lab.predict.port"));
  }

  @Test
  void aFullDiskIsNamedWithWhatItWouldNeed() {
    Path full = Path.of("/full");
    LabException refused =
        assertThrows(LabException.class, () -> Machine.checkRoom(full, (200L << 20) - 1));
    assertEquals(
        "the disk of /full is full: it has 199 MB left, and the lab needs 200",
        refused.getMessage());
    assertDoesNotThrow(() -> Machine.checkRoom(full, 200L << 20));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dprompt ",
        "-DsampleCount ",
        "-DaspectRatio ",
        "-DimageSize ",
        "-DpersonGeneration ",
        "-Djson ",
        "-Dcheck ",
        "-Dhelp ",
        "-Dlab.ports ",
        "-Dlab.port ",
        "-Dlab.s3.port ",
        "-Dlab.sqs.port ",
        "-Dlab.predict.port ",
        "-Dlab.quota ",
        "-Dlab.quota.images ",
        "-Dlab.quota.retryInfo ",
        "-Dlab.cors ",
        "-Dlab.keys ",
        "-Dlab.arguments "
      })
  void helpHasEveryOptionWithWhatItMayBeAndItsDefault(String option) {
    List<String> lines = CommandOptions.help().lines().toList();
    int place = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("  " + option)) {
        place = i;
      }
    }
    assertTrue(place >= 0, CommandOptions.help());
    assertTrue(lines.get(place + 1).matches(" +must be .+; default: .+"), lines.get(place + 1));
  }

  @Test
  void helpSaysHowLongAFaultLasts() {
    assertTrue(CommandOptions.help().contains("[fault:429=1x1] says so once"));
  }

  private static String refusal(CommandLine line) {
    return assertThrows(LabException.class, line::check).getMessage();
  }
}

package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabMainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aWrongOptionEndsInOneLineAndWithoutALab() throws Exception {
    assertEquals(1, run("-Dprompt=a pier", "-DsampleCount=abc"));
    assertEquals(
        "lab: -DsampleCount is abc but must be a whole number from 1 to 4\n", err.toString(UTF_8));
    assertEquals("", out.toString(UTF_8));
  }

  @Test
  void helpIsPrintedWhateverElseIsGiven() throws Exception {
    assertEquals(0, run("-Dhelp", "-DsampleCount=abc"));
    assertEquals(CommandOptions.help(), out.toString(UTF_8));
    assertEquals("", err.toString(UTF_8));
  }

  @Test
  void aPortThatIsTakenIsNamedWithWhatToType() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      assertEquals(1, run("-Dlab.ports=any", "-Dlab.sqs.port=" + port));
      String message = err.toString(UTF_8);
      assertTrue(message.startsWith("lab: port " + port + " is not free for SQS"), message);
      assertTrue(message.contains("type ./mvnw -Plab -Dlab.ports=any"), message);
      assertTrue(message.contains("-Dlab.sqs.port=…"), message);
    }
  }

  @Test
  void onePortForTwoServicesIsNoticed() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertEquals(1, run("-Dlab.ports=any", "-Dlab.port=" + port, "-Dlab.s3.port=" + port));
    assertTrue(
        err.toString(UTF_8).startsWith("lab: port " + port + " is not free for S3"),
        err.toString(UTF_8));
  }

  @Test
  void aDirectoryThatCannotBeWrittenEndsInOneLine(@TempDir Path project) throws Exception {
    Path target = Files.createFile(project.resolve("target"));
    String before = System.getProperty("basedir", "");
    System.setProperty("basedir", project.toString());
    try {
      assertEquals(1, run("-Dprompt=a pier"));
    } finally {
      if (before.isEmpty()) {
        System.clearProperty("basedir");
      } else {
        System.setProperty("basedir", before);
      }
    }
    String message = err.toString(UTF_8);
    assertTrue(message.startsWith("lab: a file cannot be read or written: " + target), message);
    assertEquals(1, message.lines().count());
  }

  private int run(String... arguments) throws InterruptedException {
    return LabMain.run(
        CommandLine.of("UTF-8", arguments),
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8));
  }
}

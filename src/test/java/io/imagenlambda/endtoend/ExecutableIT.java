package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.LabTls;
import io.imagenlambda.lab.runtime.Answer;
import io.imagenlambda.lab.runtime.LambdaFunction;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/** What Lambda's {@code provided.al2023} asks of the executable; only where one was built. */
@EnabledIfSystemProperty(named = "imagen.native", matches = "true")
final class ExecutableIT {
  private static final Path TARGET = Path.of("target");

  /** Amazon Linux 2023 has glibc 2.34. */
  private static final int NEWEST_GLIBC = 34;

  private static final String OPENSSL = "libcrypto.so.3";
  private static final List<Path> LIBRARY_FOLDERS =
      Stream.of("/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
          .map(Path::of)
          .toList();

  private static String executable = "";

  @BeforeAll
  static void readExecutable() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      Path file =
          files.filter(each -> each.toString().endsWith("-runner")).findFirst().orElseThrow();
      executable = Files.readString(file, StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void theLabDrivesTheExecutableWhereOneWasBuilt() {
    try (Lab lab = Lab.start(LabOptions.forTests())) {
      assertTrue(
          lab.function().program().command().getFirst().endsWith("-runner"),
          lab.function().program().toString());
    }
  }

  @Test
  void theExecutableAsksForNoGlibcNewerThanAmazonLinux2023s() {
    var versions = new TreeSet<Integer>();
    Pattern.compile("GLIBC_2\\.(\\d+)")
        .matcher(executable)
        .results()
        .forEach(found -> versions.add(Integer.valueOf(found.group(1))));
    assertTrue(versions.last() <= NEWEST_GLIBC, versions.toString());
  }

  @Test
  @EnabledOnOs(architectures = "amd64")
  void theExecutableEncryptsInHardwareOnX86() {
    assertTrue(
        Pattern.compile("required by the image: \\[[^\\]]*\\bAES\\b").matcher(executable).find());
  }

  @Test
  @EnabledOnOs(architectures = "amd64")
  void theExecutableDecodesInVectorRegistersOnX86() {
    assertTrue(executable.contains("jdk.incubator.vector.ByteVector"));
  }

  @Test
  void imagesAreDigestedByTheHostsOpenSsl() throws IOException {
    assumeTheHostHasOpenSsl();
    try (Lab lab = Lab.start(LabOptions.forTests());
        var function = lab.functionWith(Map.of())) {
      assertTheImageIsDigestedRight(lab, function);

      assertTrue(hasOpened(function, OPENSSL));
    }
  }

  @Test
  void imagesAreDigestedWhereTheHostHasNoOpenSsl(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve(OPENSSL), "no library");
    try (Lab lab = Lab.start(LabOptions.forTests());
        var function = lab.functionWith(Map.of("LD_LIBRARY_PATH", folder.toString()))) {
      assertTheImageIsDigestedRight(lab, function);

      assertFalse(hasOpened(function, OPENSSL));
    }
  }

  /** There is no image to be digested, and OpenSSL is for nothing else. */
  @Test
  void tlsIsTheJdksOwn(@TempDir Path folder) throws Exception {
    LabTls tls = LabTls.create(folder);
    try (Lab lab = Lab.start(LabOptions.forTests().tls(tls));
        var function = lab.functionWith(secure(lab, tls))) {
      Answer answer =
          function.invoke("{\"prompt\":\"[fault:filtered=1]\",\"parameters\":{\"sampleCount\":1}}");

      assertInstanceOf(Answer.Success.class, answer, answer.text());
      assertFalse(hasOpened(function, OPENSSL));
    }
  }

  @Test
  void imagesTravelOverTlsWhereTheHostHasNoOpenSsl(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve(OPENSSL), "no library");
    LabTls tls = LabTls.create(folder.resolve("tls"));
    try (Lab lab = Lab.start(LabOptions.forTests().tls(tls))) {
      Map<String, String> variables = secure(lab, tls);
      variables.put("LD_LIBRARY_PATH", folder.toString());
      try (var function = lab.functionWith(variables)) {
        assertTheImageIsDigestedRight(lab, function);

        assertFalse(hasOpened(function, OPENSSL));
      }
    }
  }

  private static Map<String, String> secure(Lab lab, LabTls tls) {
    Map<String, String> variables = new HashMap<>(lab.secureEnvironment());
    variables.put("IMAGEN_CA_FILE", tls.certificate().toString());
    return variables;
  }

  private static void assumeTheHostHasOpenSsl() {
    assumeTrue(LIBRARY_FOLDERS.stream().anyMatch(folder -> Files.exists(folder.resolve(OPENSSL))));
  }

  /** Virtual threads need others that poll for them, which once in a thousand processes forgot. */
  @Test
  void noThreadPollsForOthers() throws IOException {
    try (Lab lab = Lab.start(LabOptions.forTests());
        var function = lab.functionWith(Map.of())) {
      assertTheImageIsDigestedRight(lab, function);

      List<String> names = threads(function);
      assertTrue(names.stream().anyMatch(name -> name.contains("loop-thread")), names.toString());
      assertTrue(names.stream().noneMatch(name -> name.contains("Poller")), names.toString());
    }
  }

  /** The ends of their names, which is what the kernel keeps of them. */
  private static List<String> threads(LambdaFunction function) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> tasks =
        Files.list(Path.of("/proc/" + function.timings().getFirst().pid() + "/task"))) {
      for (Path task : tasks.toList()) {
        names.add(Files.readString(task.resolve("comm")).strip());
      }
    }
    return names;
  }

  private static boolean hasOpened(LambdaFunction function, String library) throws IOException {
    Path maps = Path.of("/proc/" + function.timings().getFirst().pid() + "/maps");
    return Files.readString(maps).contains(library);
  }

  private static void assertTheImageIsDigestedRight(Lab lab, LambdaFunction function) {
    Answer answer = function.invoke("{\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}");

    var success = assertInstanceOf(Answer.Success.class, answer, answer::text);
    assertEquals(
        lab.predict().journal().imagesServed(),
        JsonPath.from(success.text()).getList("images.sha256"));
  }

  @Test
  void theZipHoldsTheExecutableAsBootstrapAndTheHandlerForWhereItDoesNotFit() throws IOException {
    try (ZipFile zip = new ZipFile(TARGET.resolve("function.zip").toFile())) {
      String handler = "io/quarkus/amazon/lambda/runtime/QuarkusStreamHandler.class";
      assertEquals(
          Set.of("bootstrap", handler, handler.replace("QuarkusStreamHandler", "WrongZip")),
          zip.stream().map(entry -> entry.getName()).collect(Collectors.toSet()));
    }
  }
}

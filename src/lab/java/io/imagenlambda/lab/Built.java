package io.imagenlambda.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the last build was made from, and what it made. All of it is compared by its content, so
 * whatever is changed, by an editor, by Git or by another build, is built anew.
 */
final class Built {
  /** What there is to build. */
  enum Need {
    NOTHING,
    LAB,
    ALL
  }

  private final Path project;
  private final Path target;
  private final Path labels;
  private final String function;
  private final String lab;

  /**
   * Reads the sources.
   *
   * @param arguments those of Maven's that change what it builds
   * @param environment the variables
   */
  Built(Path project, List<String> arguments, Map<String, String> environment) throws IOException {
    this.project = project;
    this.target = project.resolve("target");
    this.labels = target.resolve("lab").resolve("built");
    MessageDigest digest = sha256();
    add(digest, arguments.toString());
    add(digest, Runtime.version().toString());
    for (Map.Entry<String, String> each : new TreeMap<>(environment).entrySet()) {
      if (each.getKey().startsWith("QUARKUS_") || each.getKey().startsWith("MAVEN_")) {
        add(digest, each.toString());
      }
    }
    for (String source : List.of("pom.xml", ".mvn", "src/main", "src/wrongzip")) {
      addContent(digest, project.resolve(source));
    }
    this.function = HexFormat.of().formatHex(digest.digest());
    this.lab = hash(project.resolve("src/lab"));
  }

  /** Compares the sources and what is in {@code target} with the last build. */
  Need need() throws IOException {
    List<String> last;
    try {
      last = Files.readAllLines(labels);
    } catch (NoSuchFileException never) {
      return Need.ALL;
    }
    if (last.size() != 4 || !last.get(0).equals(function) || !last.get(1).equals(functionMade())) {
      return Need.ALL;
    }
    return last.get(2).equals(lab) && last.get(3).equals(labMade()) ? Need.NOTHING : Need.LAB;
  }

  /** Whether nothing was ever built here. */
  boolean isFirst() {
    return Files.notExists(labels);
  }

  /** Keeps what was built from the sources as they were read. */
  void keep() throws IOException {
    Files.write(labels, List.of(function, functionMade(), lab, labMade()));
  }

  /** The file with the class path. */
  Path classPath() {
    return target.resolve("lab").resolve("class-path");
  }

  private String functionMade() throws IOException {
    MessageDigest digest = sha256();
    addContent(digest, target.resolve("classes"));
    addContent(digest, target.resolve("lib"));
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".jar")).sorted().toList()) {
          addContent(digest, file);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private String labMade() throws IOException {
    if (Files.notExists(classPath())) {
      return "nothing";
    }
    MessageDigest digest = sha256();
    addContent(digest, target.resolve("lab-classes"));
    for (Path each : ClassPath.read(classPath())) {
      if (each.startsWith(target)) {
        addContent(digest, each);
      } else {
        add(digest, each + " " + (Files.exists(each) ? Files.size(each) : "is missing"));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private String hash(Path root) throws IOException {
    MessageDigest digest = sha256();
    addContent(digest, root);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Adds the name and the content of a file, or of all files of a directory. */
  private void addContent(MessageDigest digest, Path root) throws IOException {
    if (Files.notExists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        add(digest, project.relativize(file) + " " + Files.size(file));
        digest.update(Files.readAllBytes(file));
      }
    }
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(UTF_8));
    digest.update((byte) '\n');
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}

package io.imagenlambda.lab;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The class path of the lab, in a file from which {@code java} reads it. Maven knows it, and only
 * the build asks Maven. Its directories become JARs, because the JVM keeps what it has loaded for
 * the next start (class data sharing) only from JARs, and that takes two thirds off the start.
 */
final class ClassPath {
  private static final String ARGUMENT = "--class-path";

  private ClassPath() {}

  /**
   * Writes the class path of this JVM.
   *
   * @param arguments the path of the file
   */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    Path directory = file.resolveSibling("jars");
    Files.createDirectories(directory);
    List<String> paths = new ArrayList<>();
    for (String each : split(System.getProperty("java.class.path"))) {
      Path path = Path.of(each);
      if (Files.isDirectory(path)) {
        Path jar = directory.resolve(path.getFileName() + ".jar");
        pack(path, jar);
        paths.add(jar.toString());
      } else if (Files.exists(path)) {
        paths.add(each);
      }
    }
    String all = String.join(File.pathSeparator, paths);
    Files.write(file, List.of(ARGUMENT, '"' + all.replace("\\", "\\\\") + '"'));
  }

  /** The files of a class path that was written. */
  static List<Path> read(Path file) throws IOException {
    String quoted = Files.readAllLines(file).get(1);
    String all = quoted.substring(1, quoted.length() - 1).replace("\\\\", "\\");
    return Stream.of(split(all)).map(Path::of).toList();
  }

  private static String[] split(String paths) {
    return paths.split(File.pathSeparator, -1);
  }

  private static void pack(Path directory, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = directory.relativize(file).toString().replace(File.separatorChar, '/');
        JarEntry entry = new JarEntry(name);
        entry.setTime(0); // the same classes are the same JAR
        entries.putNextEntry(entry);
        Files.copy(file, entries);
      }
    }
  }
}

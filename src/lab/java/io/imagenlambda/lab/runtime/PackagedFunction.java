package io.imagenlambda.lab.runtime;

import io.imagenlambda.lab.http.LabException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the packaged function: the native executable, unless it is missing or older than the
 * classes; else the JVM package, which is run as Lambda's Java runtime runs it.
 */
public final class PackagedFunction {
  private static final String RUNTIME_CLIENT =
      "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
  private static final String HANDLER =
      "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest";

  private PackagedFunction() {}

  /**
   * The packaged function.
   *
   * @param target the build's output directory
   * @param work the directory for the runtime client's native library
   * @param arguments such as {@code -Xmx64m}; both forms accept them
   * @throws LabException where nothing has been packaged
   */
  public static Program in(Path target, Path work, List<String> arguments) {
    return executable(target)
        .map(executable -> nativeForm(executable, arguments))
        .orElseGet(() -> jvmForm(target, work, arguments));
  }

  /** A native executable of the function. */
  public static Program nativeForm(Path executable, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.add("-Djava.io.tmpdir={tmp}");
    command.addAll(arguments);
    return new Program("the native function", command, Map.of());
  }

  /**
   * The JVM package, run as Lambda's Java runtime runs it.
   *
   * @throws LabException where nothing has been packaged
   */
  public static Program jvmForm(Path target, Path work, List<String> arguments) {
    Path jar =
        first(target, "-runner.jar")
            .orElseThrow(
                () -> new LabException("the function is not packaged: run ./mvnw package first"));
    String lib = jar.resolveSibling("lib").resolve("*").toString();
    String classPath = String.join(File.pathSeparator, jar.toString(), lib, runtimeClient());
    return jvm(classPath, work, arguments);
  }

  /**
   * What {@code function.zip} holds, run by Lambda's Java runtime. It looks for the handler in its
   * working directory, and in the jars of {@code lib} there.
   *
   * @param task the directory that it was unzipped to
   * @param work the directory for the runtime client's native library
   */
  public static Program unzipped(Path task, Path work) {
    return jvm(runtimeClient(), work, List.of("-Duser.dir=" + task));
  }

  private static Program jvm(String classPath, Path work, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As Lambda's own Java runtime starts it.
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Xshare:auto");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djava.io.tmpdir={tmp}");
    // Else the client unpacks it to one fixed file in /tmp, which another process may be loading.
    command.add(
        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
            + nativeLibrary(work));
    command.addAll(arguments);
    command.add("-cp");
    command.add(classPath);
    command.add(RUNTIME_CLIENT);
    command.add(HANDLER);
    return new Program("the JVM function", command, Map.of("_HANDLER", HANDLER));
  }

  /** The native executable; empty where there is none or it is older than the classes. */
  public static Optional<Path> executable(Path target) {
    return Stream.of(first(target, "-runner"), Optional.of(target.resolve("function/bootstrap")))
        .flatMap(Optional::stream)
        .filter(Files::isExecutable)
        .filter(file -> modified(file).compareTo(newest(target.resolve("classes"))) >= 0)
        .findFirst();
  }

  private static Optional<Path> first(Path directory, String suffix) {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().endsWith(suffix)).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime newest(Path directory) {
    if (!Files.isDirectory(directory)) {
      return FileTime.fromMillis(0);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(PackagedFunction::modified)
          .max(FileTime::compareTo)
          .orElse(FileTime.fromMillis(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jars of the runtime interface client and its dependencies, from the lab's class path. */
  private static String runtimeClient() {
    return Stream.of(
            RUNTIME_CLIENT,
            "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
            "com.amazonaws.services.lambda.runtime.Context")
        .map(PackagedFunction::jarOf)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String jarOf(String className) {
    try {
      ClassLoader loader = PackagedFunction.class.getClassLoader();
      CodeSource source =
          Class.forName(className, false, loader).getProtectionDomain().getCodeSource();
      return Path.of(source.getLocation().toURI()).toString();
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new LabException("AWS's Java runtime is not on the lab's class path: " + className, e);
    }
  }

  private static Path nativeLibrary(Path work) {
    String cpu = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    boolean musl = Files.exists(Path.of("/etc/alpine-release"));
    String name = "libaws-lambda-jni.linux%s-%s.so".formatted(musl ? "_musl" : "", cpu);
    Path library = work.resolve(name);
    if (!Files.exists(library)) {
      try (InputStream in = PackagedFunction.class.getResourceAsStream("/jni/" + name)) {
        Files.createDirectories(work);
        Files.copy(Objects.requireNonNull(in), library, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return library;
  }
}

package io.imagenlambda.bench;

import io.imagenlambda.bench.Condition.MemoryLimit;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.LabTls;
import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code ./mvnw -Pbench}: runs the benchmark, prints the report, and writes it to {@code
 * target/bench/bench.md} and {@code bench.json}.
 *
 * <p>{@code -Dbench.runs=9} makes more rounds. {@code -Dbench.parts=http,https,limits,growth}
 * selects parts. {@code -Dbench.wires=imagen,gemini} selects wires. {@code -Dbench.limits=128,512}
 * sets the memory limits, in MiB. {@code -Dbench.programs=native,Python} selects programs. {@code
 * -Dbench.native=FILE} measures that executable instead of the build's. {@code
 * -Dbench.other=FILE,FILE} adds executables, which {@code bench.programs} must name by their file
 * names.
 */
public final class BenchMain {
  private final Path project = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private final Path work = project.resolve("target/bench");
  private final int rounds = Integer.getInteger("bench.runs", 5);
  private final Set<String> parts =
      Set.of(System.getProperty("bench.parts", "http,https,limits,growth").split(",", -1));
  private final List<Comparison> comparisons = comparisons();
  private final List<String> notes = new ArrayList<>();

  private BenchMain() {}

  public static void main(String[] args) throws InterruptedException {
    int status = 1;
    try {
      new BenchMain().run();
      status = 0;
    } catch (LabException | IOException | IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
    }
    System.exit(status); // the embedded servers leave threads behind
  }

  private void run() throws IOException, InterruptedException {
    MachineInfo machine = new MachineInfo();
    Optional<Path> executable = NativeExecutable.of(project, this::note);
    LabTls tls = LabTls.create(work.resolve("tls"));
    List<MeasuredProgram> programs =
        wanted(new ProgramFinder(project, work, tls, this::note), executable);
    Optional<Cgroups> cgroups = Cgroups.here();
    try (ObjectsDirectory objects = ObjectsDirectory.create(this::note);
        Lab lab =
            Lab.start(LabOptions.forTests().outputUnchecked().tls(tls).directory(objects.path()))) {
      if (parts.contains("https")) {
        TlsWarmUp.run(lab, tls);
      }
      Benchmark benchmark = new Benchmark(new Measurement(lab, cgroups), rounds);
      List<Condition> conditions = conditions(cgroups.isPresent());
      Map<Comparison, List<Row>> compared = new LinkedHashMap<>();
      for (Comparison comparison : comparisons) {
        compared.put(comparison, benchmark.compare(comparison, programs, conditions));
      }
      MeasuredProgram first = programs.getFirst();
      List<Row> growth =
          parts.contains("growth") && first.isOurs()
              ? benchmark.grow(first, comparisons)
              : List.of();
      Report report =
          new Report(machine.lines(rounds, executable, project), notes, compared, growth);
      report.write(work);
      System.out.print(report.markdown());
    }
  }

  private static List<Comparison> comparisons() {
    Set<String> wires = Set.of(System.getProperty("bench.wires", "imagen,gemini").split(",", -1));
    List<Comparison> wanted =
        Comparison.ALL.stream().filter(comparison -> wires.contains(comparison.wire())).toList();
    if (wanted.isEmpty()) {
      throw new LabException("none of the wires %s is known".formatted(wires));
    }
    return wanted;
  }

  private static List<MeasuredProgram> wanted(ProgramFinder programs, Optional<Path> executable) {
    String names = System.getProperty("bench.programs", "native,JVM,Python,Node");
    Set<String> wanted = Set.of(names.split(",", -1));
    List<MeasuredProgram> all =
        programs.all(executable).stream()
            .filter(program -> wanted.contains(program.name()))
            .toList();
    if (all.isEmpty()) {
      throw new LabException("none of the programs %s was found".formatted(names));
    }
    return all;
  }

  private List<Condition> conditions(boolean limitable) {
    List<Condition> conditions = new ArrayList<>();
    if (parts.contains("http")) {
      conditions.add(Condition.PLAIN);
    }
    if (parts.contains("https")) {
      conditions.add(Condition.SECURE);
    }
    if (parts.contains("limits") && limitable) {
      MemoryLimit.parse(System.getProperty("bench.limits", "128,512")).stream()
          .map(Condition::within)
          .forEach(conditions::add);
    } else if (parts.contains("limits")) {
      note("Lambda's limits are left out: they take root and control groups (cgroups)");
    }
    return conditions;
  }

  private void note(String line) {
    System.err.println("bench: " + line);
    notes.add(line);
  }
}

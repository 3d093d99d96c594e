package io.imagenlambda.bench;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.LabTls;
import io.imagenlambda.lab.http.LabException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code ./mvnw -Pbench}: measures, prints, and writes {@code target/bench/bench.md} and {@code
 * bench.json}.
 *
 * <p>{@code -Dbench.runs=9} makes more rounds; {@code -Dbench.parts=http,https,limits,growth} fewer
 * lines; {@code -Dbench.limits=128,512} other limits; {@code -Dbench.programs=native,Python} fewer
 * programs; {@code -Dbench.native=FILE} takes that executable in place of the build's; {@code
 * -Dbench.other=FILE,FILE} measures those in turn with it, if {@code bench.programs} names them, by
 * the names of their files.
 */
public final class BenchMain {
  private final Path project = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private final Path work = project.resolve("target/bench");
  private final int rounds = Integer.getInteger("bench.runs", 5);
  private final Set<String> parts =
      Set.of(System.getProperty("bench.parts", "http,https,limits,growth").split(",", -1));
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
    Machine machine = new Machine();
    Optional<Path> executable = NativeExecutable.of(project, this::note);
    LabTls tls = LabTls.create(work.resolve("tls"));
    List<Candidate> candidates = wanted(new Candidates(project, work, tls, this::note), executable);
    Optional<Cgroups> cgroups = Cgroups.here();
    try (ObjectsDirectory objects = ObjectsDirectory.create(this::note);
        Lab lab =
            Lab.start(LabOptions.forTests().outputUnchecked().tls(tls).directory(objects.path()))) {
      if (parts.contains("https")) {
        Handshakes.warmUp(lab, tls);
      }
      Benchmark benchmark = new Benchmark(new Measurement(lab, cgroups), rounds);
      List<Row> compared = benchmark.compare(candidates, conditions(cgroups.isPresent()));
      Candidate first = candidates.getFirst();
      List<Row> growth =
          parts.contains("growth") && first.isOurs() ? benchmark.grow(first) : List.of();
      Report report =
          new Report(machine.told(rounds, executable, project), notes, compared, growth);
      report.write(work);
      System.out.print(report.markdown());
    }
  }

  private static List<Candidate> wanted(Candidates candidates, Optional<Path> executable) {
    String names = System.getProperty("bench.programs", "native,JVM,Python,Node");
    Set<String> wanted = Set.of(names.split(",", -1));
    List<Candidate> all =
        candidates.all(executable).stream()
            .filter(candidate -> wanted.contains(candidate.name()))
            .toList();
    if (all.isEmpty()) {
      throw new LabException("there is none of the programs %s here".formatted(names));
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
      Limit.parse(System.getProperty("bench.limits", "128,512")).stream()
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

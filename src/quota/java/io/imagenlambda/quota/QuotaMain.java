package io.imagenlambda.quota;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * {@code ./mvnw -Pquota}: has queues drained against a quota, prints the tables and writes them to
 * {@code target/quota/quota.md}. Exits with status 1 if a figure misses its target.
 *
 * <p>{@code -Dquota.requests=1000} has fewer requests than 10,000. {@code -Dquota.seed=…} takes
 * other chances; the function's own are never the same.
 */
public final class QuotaMain {
  private static final Duration OUTAGE = Duration.ofHours(3);
  private static final Duration NEWCOMER_EVERY = Duration.ofMinutes(3);
  private static final int FEW = 10;

  /** Each message has an invocation of its own there, which takes longer to simulate. */
  private static final int ONE_BY_ONE_PART = 5;

  /** Kept, because a logger that nobody holds forgets its level. */
  private static final List<Logger> LOGGERS =
      List.of(
          Logger.getLogger("io.imagenlambda"),
          org.jboss.logmanager.Logger.getLogger("io.imagenlambda"));

  private final int requests = Integer.getInteger("quota.requests", 10_000);
  private final long seed = Long.getLong("quota.seed", 1);
  private final ExecutorService threads =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  private QuotaMain() {}

  public static void main(String[] args) throws InterruptedException {
    LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
    int status = 1;
    try {
      status = new QuotaMain().run() ? 0 : 1;
    } catch (IOException e) {
      log(e.toString());
    } catch (ExecutionException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      log(trace.toString());
    }
    System.exit(status); // what failed may have left threads behind
  }

  private boolean run() throws InterruptedException, ExecutionException, IOException {
    List<Scenario> shapes =
        Stream.of(shape(5, 4), shape(10, 10), shape(20, 10), shape(50, 10))
            .flatMap(shape -> Stream.of(shape, shape.withRetryInfo()))
            .toList();
    List<Future<Figures>> batches = start(shapes);
    List<Future<Figures>> outages =
        start(
            List.of(
                Scenario.of(10, 10, FEW, seed).after(OUTAGE),
                Scenario.of(10, 10, requests, seed).after(OUTAGE)));
    List<Future<Figures>> oneByOne =
        start(
            shapes.stream()
                .filter(shape -> !shape.retryInfo())
                .map(shape -> shape.oneByOne(requests / ONE_BY_ONE_PART))
                .toList());
    Report report = new Report(all(batches), all(oneByOne), all(outages));
    threads.close();
    System.out.print(report.markdown());
    Path work = Path.of(System.getProperty("basedir", ""), "target", "quota");
    Files.createDirectories(work);
    Files.writeString(work.resolve("quota.md"), report.markdown());
    report.misses().forEach(miss -> log("MISSED: " + miss));
    return report.misses().isEmpty();
  }

  private Scenario shape(int processes, int batch) {
    return Scenario.of(processes, batch, requests, seed).withNewcomersEvery(NEWCOMER_EVERY);
  }

  private List<Future<Figures>> start(List<Scenario> scenarios) {
    return scenarios.stream().map(scenario -> threads.submit(simulation(scenario))).toList();
  }

  private static Callable<Figures> simulation(Scenario scenario) {
    return () -> {
      long start = System.nanoTime();
      Figures figures = Simulation.run(scenario);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      log(Report.row(figures).strip() + " in " + took.toSeconds() + " s");
      return figures;
    };
  }

  private static List<Figures> all(List<Future<Figures>> futures)
      throws InterruptedException, ExecutionException {
    List<Figures> all = new ArrayList<>();
    for (Future<Figures> future : futures) {
      all.add(future.get());
    }
    return all;
  }

  private static void log(String line) {
    System.err.println("quota: " + line);
  }
}

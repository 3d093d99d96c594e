package io.imagenlambda.deploy;

import io.imagenlambda.endtoend.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** moto's server, which stands in for AWS. */
final class Moto {
  private Moto() {}

  /**
   * Starts one. Where it is not on this machine, the test that asks is skipped.
   *
   * @param log the name of the file under {@code target} that gets its output
   */
  static ServerProcess start(String log) throws Exception {
    Assumptions.assumeTrue(
        Tool.isThere("moto_server", "--help"),
        "moto_server, of moto[server], is not on this machine");
    return ServerProcess.start(
        List.of("moto_server", "-H", "127.0.0.1", "-p", "0"),
        Map.of("PYTHONUNBUFFERED", "1"),
        Path.of("target", log),
        Pattern.compile("Running on (http://[0-9.:]+)"));
  }
}

package io.imagenlambda.lab.runtime;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that uses the Lambda Runtime API.
 *
 * @param name its name in messages of the lab
 * @param command its command line; {@code {tmp}} in it is replaced by the directory for the
 *     process's temporary files
 * @param env its environment variables, in addition to Lambda's
 */
public record Program(String name, List<String> command, Map<String, String> env) {
  public Program {
    command = List.copyOf(command);
    env = Map.copyOf(env);
  }

  /** The same program with more variables. */
  public Program with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(env);
    all.putAll(more);
    return new Program(name, command, all);
  }

  List<String> commandLine(Path tmp) {
    return command.stream().map(argument -> argument.replace("{tmp}", tmp.toString())).toList();
  }
}

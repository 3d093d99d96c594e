package io.imagenlambda.lab.runtime;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Any program that speaks the Lambda Runtime API.
 *
 * @param name what it is called in the lab's own lines
 * @param command its command line; {@code {tmp}} in it stands for the process's own directory for
 *     temporary files
 * @param env what it needs beside Lambda's own variables
 */
public record Program(String name, List<String> command, Map<String, String> env) {
  public Program {
    command = List.copyOf(command);
    env = Map.copyOf(env);
  }

  /** The same with more variables. */
  public Program with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(env);
    all.putAll(more);
    return new Program(name, command, all);
  }

  List<String> commandLine(Path tmp) {
    return command.stream().map(argument -> argument.replace("{tmp}", tmp.toString())).toList();
  }
}

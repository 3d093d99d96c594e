package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The prompts in whatever JSON comes by, be it JSON within JSON. */
public final class PromptCollector {
  private static final Pattern PROMPT = Pattern.compile("\"prompt\"\\s*:\\s*\"([^\"]*)\"");

  private final Set<String> all = ConcurrentHashMap.newKeySet();

  void collect(byte[] json) {
    collect(new String(json, UTF_8));
  }

  /** Of a prompt with a quote in it the part before that is kept. */
  public void collect(String json) {
    PROMPT.matcher(json.replace("\\", "")).results().map(found -> found.group(1)).forEach(all::add);
  }

  /** Every prompt so far. */
  public Set<String> all() {
    return Set.copyOf(all);
  }
}

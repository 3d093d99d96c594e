package io.imagenlambda.lab.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Collects the prompts in any JSON, also in JSON that is a string in other JSON. */
public final class PromptCollector {
  private static final Pattern PROMPT = Pattern.compile("\"prompt\"\\s*:\\s*\"([^\"]*)\"");

  private final Set<String> all = ConcurrentHashMap.newKeySet();

  void collect(byte[] json) {
    collect(new String(json, UTF_8));
  }

  /** Adds the prompts in the JSON. Of a prompt with a quote, only the part before it is kept. */
  public void collect(String json) {
    PROMPT.matcher(json.replace("\\", "")).results().map(found -> found.group(1)).forEach(all::add);
  }

  /** Every prompt so far. */
  public Set<String> all() {
    return Set.copyOf(all);
  }
}

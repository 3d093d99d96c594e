package io.imagenlambda.settings;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A secret of Secrets Manager, as Amazon ECS writes it: its name or ARN, then {@code :json-key::}
 * if the key is one of several fields. ECS's version stage and version id are not accepted: the
 * current version is used.
 *
 * @param id the name or ARN
 * @param jsonKey the name of the field
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html">ECS
 *     secrets</a>
 */
public record SecretName(String id, Optional<String> jsonKey) {
  private static final Pattern FORM =
      Pattern.compile(
          "(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[^:\\s]+|[A-Za-z0-9/_+=.@-]{1,512})"
              + "(?::([^:]*)(?:::?)?)?");

  /**
   * Reads the setting.
   *
   * @throws IllegalArgumentException if it is neither a name nor an ARN
   */
  public static SecretName of(String given) {
    Matcher form = FORM.matcher(given);
    if (!form.matches()) {
      throw new IllegalArgumentException(given);
    }
    return new SecretName(
        form.group(1), Optional.ofNullable(form.group(2)).filter(field -> !field.isEmpty()));
  }

  /**
   * Reads a setting whose secret is text, and has no fields.
   *
   * @throws IllegalArgumentException if it is neither a name nor an ARN, or names a field
   */
  static SecretName ofLines(String given) {
    SecretName name = of(given);
    if (name.jsonKey.isPresent()) {
      throw new IllegalArgumentException(given);
    }
    return name;
  }

  @Override
  public String toString() {
    return id + jsonKey.map(field -> ":" + field + "::").orElse("");
  }
}

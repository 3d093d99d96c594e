package io.imagenlambda.provider;

import static io.imagenlambda.request.Outcome.ACCOUNT;
import static io.imagenlambda.request.Outcome.UNKNOWN;

import io.imagenlambda.request.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the words of an error mean. They beat its codes and its status, because relays pass errors
 * on under whatever status they like: who is at fault decides whether the request is given up, or
 * waits until somebody has mended the account.
 */
final class ErrorWords {
  /**
   * What an error means.
   *
   * @param advice what the operator can do; null where the error says it, or nothing can be done
   */
  record Meaning(Outcome outcome, @Nullable String advice) {
    /** Whether the model is not there, or not in this way: another one may be. */
    boolean isOfTheModel() {
      return advice != null;
    }
  }

  private record Rule(Pattern words, IntPredicate status, Meaning meaning) {
    boolean fits(int code, String text) {
      return status.test(code) && words.matcher(text).find();
    }
  }

  private static final String OTHER_MODEL =
      "set IMAGEN_MODEL, or the request's model, to one that it has, such as"
          + " gemini-nano-banana-2.1, or name such models in IMAGEN_FALLBACK_MODELS";

  private static final String OTHER_WIRE =
      "TOKAIFY_BASE_URL does not serve this model in this way: " + OTHER_MODEL;

  /** The first that fits counts. */
  private static final List<Rule> RULES =
      List.of(
          // Gemini's validator got our body, because the relay (new-api) has no route for it.
          rule(
              "contents (?:is|are) required|contents is not specified",
              ErrorWords::any,
              new Meaning(ACCOUNT, OTHER_WIRE)),
          // Google, for models that are there and not on this wire.
          rule(
              "cannot be accessed through vertex (?:raw)?predict"
                  + "|is not supported for (?:raw)?predict|not supported for generatecontent",
              ErrorWords::any,
              new Meaning(ACCOUNT, OTHER_WIRE)),
          // Google, new-api and LiteLLM, for models that they do not have, or no more, or not for
          // us.
          rule(
              "is not found for api version|is no longer available|has been shut ?down"
                  + "|was not found or your project does not have access"
                  + "|invalid model name passed in|no available channel"
                  + "|no healthy deployments for this model|not allowed to access model"
                  + "|is not available for this api key|is not in the allowed models",
              ErrorWords::any,
              new Meaning(ACCOUNT, OTHER_MODEL)),
          rule(
              "billing (?:must|has to|needs to) be (?:enabled|active)|enable billing"
                  + "|billed users only|only (?:available|accessible) to billed users"
                  + "|billing account .{0,80}(?:disabled|closed|not found)",
              ErrorWords::any,
              new Meaning(ACCOUNT, null)),
          // A quota of nothing, or of a day: waiting for minutes does not help.
          rule(
              "limit: 0(?![.\\d])|quota.{0,200}per ?day",
              status -> status == 429,
              new Meaning(ACCOUNT, null)),
          rule(
              "api key (?:is )?(?:not valid|invalid|expired)|(?:invalid|incorrect|expired) api key"
                  // LiteLLM without a database, for every key but its own; with a 400.
                  + "|no connected db"
                  + "|insufficient (?:user )?(?:quota|balance|credit)"
                  + "|(?:quota|balance|credits?) (?:is |are )?(?:not enough|insufficient|used up)",
              ErrorWords::any,
              new Meaning(ACCOUNT, null)),
          // The image was being made, or its answer broke off on its way to the relay.
          rule(
              "time(?:d)?[ -]?out|deadline (?:exceeded|expired)"
                  + "|payload is not completed|unexpected eof|\\bstream error|incomplete chunked read"
                  + "|server disconnected|connection (?:reset|broken|closed|lost)",
              status -> status == 500 || status == 502,
              new Meaning(UNKNOWN, null)),
          // LiteLLM got an answer that it could not read: in its own words, or in Python's.
          rule(
              "error transforming generate content response"
                  + "|litellm\\.APIConnectionError: .*(?:'NoneType'|must be a mapping)",
              status -> status == 500,
              new Meaning(UNKNOWN, null)),
          // Whatever is not there: the model, or the whole route.
          rule("", status -> status == 404, new Meaning(ACCOUNT, OTHER_WIRE)));

  private ErrorWords() {}

  private static boolean any(int status) {
    return true;
  }

  private static Rule rule(String words, IntPredicate status, Meaning meaning) {
    return new Rule(
        Pattern.compile(words, Pattern.CASE_INSENSITIVE | Pattern.DOTALL), status, meaning);
  }

  /** What an error of that status means by its words; empty if they say nothing. */
  static Optional<Meaning> meaning(int status, String text) {
    return RULES.stream().filter(rule -> rule.fits(status, text)).map(Rule::meaning).findFirst();
  }
}

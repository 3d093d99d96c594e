package io.imagenlambda.settings;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Tells Lambda why the function cannot start. Lambda keeps the first error that it gets. Quarkus
 * and AWS's Java runtime send one, too, later: that the start has failed, but not why.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror">Initialization
 *     error</a>
 */
final class InitError {
  private static final Logger LOG = Logger.getLogger(InitError.class);
  private static final String TYPE = "InvalidSettings";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private InitError() {}

  /** Does nothing outside Lambda. */
  static void tell(String why) {
    String api = System.getenv("AWS_LAMBDA_RUNTIME_API");
    if (api == null) {
      return;
    }
    try {
      HttpURLConnection call =
          (HttpURLConnection)
              URI.create("http://%s/2018-06-01/runtime/init/error".formatted(api))
                  .toURL()
                  .openConnection();
      call.setConnectTimeout(Math.toIntExact(PATIENCE.toMillis()));
      call.setReadTimeout(Math.toIntExact(PATIENCE.toMillis()));
      call.setRequestMethod("POST");
      call.setRequestProperty("Content-Type", "application/json");
      call.setRequestProperty("Lambda-Runtime-Function-Error-Type", TYPE);
      call.setDoOutput(true);
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode error = mapper.createObjectNode().put("errorType", TYPE).put("errorMessage", why);
      error.putArray("stackTrace");
      try (OutputStream body = call.getOutputStream()) {
        mapper.writeValue(body, error);
      }
      var _ = call.getResponseCode();
    } catch (IOException e) {
      LOG.debugf("Lambda was not told why the start has failed: %s", e);
    }
  }
}

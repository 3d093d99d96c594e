package io.imagenlambda.settings;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Settings of the libraries under this function that would weaken it: to trust every server, to
 * send keys and images unencrypted, or to send some calls through a proxy and others not.
 */
final class UnsafeSettings {
  /** The AWS SDK's endpoints, as variables and as system properties. */
  private static final Pattern ENDPOINT =
      Pattern.compile("AWS_ENDPOINT_URL(_.+)?|aws\\.endpointUrl.*");

  /**
   * Quarkus's settings for TLS, proxies and REST clients, with or without a profile, and other
   * names for a proxy.
   */
  private static final Pattern REFUSED =
      Pattern.compile(
          "([%_][a-z]+[._])?quarkus[._](tls|proxy|rest[-_]client)([._].*)?"
              + "|(https?[._]|socks)proxyhost|all_proxy",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern THIS_MACHINE =
      Pattern.compile("(.+\\.)?localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[(0:){7}1]");

  private UnsafeSettings() {}

  /**
   * Whether what is sent there can be read on its way: plain http to another machine.
   *
   * @param url an absolute URL with a host
   */
  static boolean isPlain(URI url) {
    return !"https".equalsIgnoreCase(url.getScheme())
        && !THIS_MACHINE.matcher(url.getHost().toLowerCase(Locale.ROOT)).matches();
  }

  /** All environment variables and system properties. */
  static Map<String, String> given() {
    Map<String, String> given = new TreeMap<>(System.getenv());
    System.getProperties()
        .stringPropertyNames()
        .forEach(name -> given.put(name, System.getProperty(name, "")));
    return given;
  }

  /** What is wrong with those that are given, a phrase each. */
  static List<String> faults(Map<String, String> given) {
    List<String> faults = new ArrayList<>();
    given.forEach((name, value) -> {
      if (value.isBlank()) {
        return; // as if it were not set
      }
      if (ENDPOINT.matcher(name).matches() && !isSafeEndpoint(value)) {
        faults.add(name + " must be an https URL, or an http URL of this machine");
      }
      if (REFUSED.matcher(name).matches()) {
        faults.add(
            name
                + " must not be set: HTTPS_PROXY, NO_PROXY and IMAGEN_CA_FILE set the proxy and whom"
                + " to trust, for all calls alike");
      }
    });
    return faults;
  }

  private static boolean isSafeEndpoint(String given) {
    try {
      URI url = URI.create(given.strip());
      return url.getHost() != null && !isPlain(url);
    } catch (IllegalArgumentException notParsed) {
      return false;
    }
  }
}

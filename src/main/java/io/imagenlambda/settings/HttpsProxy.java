package io.imagenlambda.settings;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The proxy through which a function in a closed network reaches everything over https: the
 * provider, S3, SQS and Secrets Manager alike. It gets {@code CONNECT} and sees names, not bytes.
 * Plain http stays on this machine and never goes through it.
 *
 * @param host the proxy's name or address
 * @param port the proxy's port
 * @param direct what is reached without it: hosts, domains with all that is under them (with or
 *     without a dot before), {@code *} for everything. A port behind a name is ignored, and a range
 *     of addresses is the name of nothing
 */
public record HttpsProxy(String host, int port, List<String> direct) {
  /**
   * Reads the settings.
   *
   * @param url such as {@code http://10.0.0.5:3128}. A name and a password are not accepted: the
   *     JDK sends none with {@code CONNECT}, and a URL is shown
   * @param direct separated by commas
   * @throws IllegalArgumentException if the URL is not one of a proxy
   */
  static HttpsProxy of(String url, String direct) {
    URI proxy = URI.create(url.replaceFirst("/+$", ""));
    boolean isBare =
        proxy.getUserInfo() == null
            && "".equals(proxy.getPath())
            && proxy.getQuery() == null
            && proxy.getFragment() == null;
    if (!"http".equals(proxy.getScheme())
        || proxy.getHost() == null
        || proxy.getPort() < 0
        || !isBare) {
      throw new IllegalArgumentException(url);
    }
    return new HttpsProxy(
        proxy.getHost(),
        proxy.getPort(),
        Arrays.stream(direct.toLowerCase(Locale.ROOT).split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList());
  }

  /** Whether calls of this URL go through the proxy. */
  public boolean leadsTo(URI url) {
    return "https".equals(url.getScheme())
        && direct.stream().noneMatch(name -> covers(name, url.getHost().toLowerCase(Locale.ROOT)));
  }

  private static boolean covers(String name, String host) {
    String domain = name.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", "");
    return name.equals("*") || host.equals(domain) || host.endsWith("." + domain);
  }

  /** As the JDK takes it; its name is looked up for each connection. */
  public Proxy toJdk() {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public String toString() {
    return "http://" + host + ":" + port;
  }
}

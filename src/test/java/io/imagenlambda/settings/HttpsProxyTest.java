package io.imagenlambda.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpsProxyTest {
  @ParameterizedTest
  @CsvSource({
    "'', https://api.tokaify.com, true",
    "'', http://127.0.0.1:9000, false",
    "*, https://api.tokaify.com, false",
    "tokaify.com, https://api.tokaify.com, false",
    ".tokaify.com, https://api.tokaify.com, false",
    "*.tokaify.com, https://api.tokaify.com, false",
    "tokaify.com, https://mytokaify.com, true",
    "api.tokaify.com, https://API.tokaify.com, false",
    "API.tokaify.com:443, https://api.tokaify.com, false",
    "'localhost, .amazonaws.com', https://b.s3.eu-central-1.amazonaws.com, false",
    "'localhost, .amazonaws.com', https://api.tokaify.com, true",
    "'localhost,,', https://api.tokaify.com, true",
    "10.0.0.7, https://10.0.0.7, false",
    "10.0.0.7, https://110.0.0.7, true",
    "10.0.0.0/8, https://10.0.0.7, true",
  })
  void whatNoProxyNamesIsReachedWithoutIt(String noProxy, URI url, boolean leads) {
    assertEquals(leads, HttpsProxy.of("http://proxy:3128", noProxy).leadsTo(url));
  }
}

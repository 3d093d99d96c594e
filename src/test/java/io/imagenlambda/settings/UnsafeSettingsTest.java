package io.imagenlambda.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnsafeSettingsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "QUARKUS_TLS_TRUST_ALL",
        "quarkus.tls.trust-all",
        "%prod.quarkus.tls.trust-all",
        "_PROD_QUARKUS_TLS_TRUST_ALL",
        "QUARKUS_TLS__UPSTREAM__TRUST_ALL",
        "QUARKUS_TLS_HOSTNAME_VERIFICATION_ALGORITHM",
        "quarkus.tls.trust-store.pem.certs",
        "QUARKUS_REST_CLIENT_TRUST_ALL",
        "QUARKUS_REST_CLIENT_VERIFY_HOST",
        "quarkus.rest-client.trust-store",
        "QUARKUS_REST_CLIENT_PROXY_ADDRESS",
        "QUARKUS_PROXY_HOST",
        "https.proxyHost",
        "http.proxyHost",
        "socksProxyHost",
        "ALL_PROXY",
        "all_proxy"
      })
  void whatWouldChangeTheTrustOrTheWayOfSomeCallsIsRefused(String name) {
    assertEquals(
        List.of(
            name
                + " must not be set: HTTPS_PROXY, NO_PROXY and IMAGEN_CA_FILE set the proxy and whom"
                + " to trust, for all calls alike"),
        UnsafeSettings.faults(Map.of(name, "true")));
    assertEquals(List.of(), UnsafeSettings.faults(Map.of(name, " ")));
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_ENDPOINT_URL, http://10.0.0.7:4566",
    "AWS_ENDPOINT_URL_S3, http://s3.eu-central-1.amazonaws.com",
    "AWS_ENDPOINT_URL_S3, http://localhost.example",
    "AWS_ENDPOINT_URL_S3, http://127.0.0.1@10.0.0.7",
    "AWS_ENDPOINT_URL_SQS, HTTP://sqs.example",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER, http://[fd00::1]:4566",
    "aws.endpointUrlS3, http://s3.example",
    "AWS_ENDPOINT_URL_S3, s3.example",
    "AWS_ENDPOINT_URL_S3, http://not a URL"
  })
  void anAwsEndpointInPlainHttpOnAnotherMachineIsRefused(String name, String url) {
    assertEquals(
        List.of(name + " must be an https URL, or an http URL of this machine"),
        UnsafeSettings.faults(Map.of(name, url)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:9000",
        "http://LOCALHOST",
        "http://s3.localhost:4566",
        "http://127.0.0.1:9000",
        "http://127.1.2.3",
        "http://[::1]:9000",
        "http://[0:0:0:0:0:0:0:1]:9000",
        "https://s3.example"
      })
  void thisMachineAndHttpsAreTaken(String url) {
    assertEquals(List.of(), UnsafeSettings.faults(Map.of("AWS_ENDPOINT_URL_S3", url)));
  }

  /** The credentials of SnapStart, and the Runtime API, are plain http on this machine. */
  @Test
  void whatLambdaSetsIsTaken() {
    assertEquals(
        List.of(),
        UnsafeSettings.faults(
            Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials",
                "AWS_LAMBDA_RUNTIME_API", "169.254.100.1:9001",
                "QUARKUS_LOG_LEVEL", "DEBUG")));
  }
}

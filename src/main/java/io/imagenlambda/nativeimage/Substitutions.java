package io.imagenlambda.nativeimage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.RecomputeFieldValue;
import com.oracle.svm.core.annotate.RecomputeFieldValue.Kind;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.quarkus.runtime.configuration.NameIterator;
import io.smallrye.config.ConfigMappingContext;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/**
 * For the executable: leaves the settings of a REST client empty, because the only client is made
 * in code ({@code WireClient}). Quarkus would read some fifty of them at each start for the
 * defaults, and as many for each client. Without a registered client it takes each setting for all
 * clients, such as {@code quarkus.rest-client.connect-timeout}, for the name of one.
 */
@TargetClass(className = "io.quarkus.restclient.config.RestClientsConfig$RestClientConfig$$CMImpl")
final class Target_io_quarkus_restclient_config_RestClientConfig {
  @Substitute
  Target_io_quarkus_restclient_config_RestClientConfig(ConfigMappingContext context) {}
}

/**
 * For the executable: no property of Quarkus is unknown. Each start would check all names, to warn
 * of unused ones. All are built in, and the build has warned of them: Quarkus skips the
 * environment, and Lambda has no other place for them.
 */
@TargetClass(className = "io.quarkus.runtime.generated.Config")
final class Target_io_quarkus_runtime_generated_Config {
  private Target_io_quarkus_runtime_generated_Config() {}

  @Substitute
  static boolean isMapped(NameIterator name) {
    return true;
  }
}

/**
 * For the executable: a mobile app's client context and Cognito identity are read as null, because
 * the function uses neither. Quarkus fails an event that has a Cognito identity, as its reader
 * cannot make one. Its JSON mapper, which is replaced too, would add Joda-Time, an unused megabyte.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next">the
 *     headers of an event</a>
 */
@TargetClass(className = "io.quarkus.amazon.lambda.runtime.AmazonLambdaMapperRecorder")
final class Target_io_quarkus_amazon_lambda_runtime_AmazonLambdaMapperRecorder {
  @Alias
  @RecomputeFieldValue(kind = Kind.FromAlias)
  static ObjectMapper objectMapper = new ObjectMapper();

  @Alias
  @RecomputeFieldValue(kind = Kind.FromAlias)
  static ObjectReader cognitoIdReader = new ObjectMapper().readerFor(Void.class);

  @Alias
  @RecomputeFieldValue(kind = Kind.FromAlias)
  static ObjectReader clientCtxReader = new ObjectMapper().readerFor(Void.class);

  private Target_io_quarkus_amazon_lambda_runtime_AmazonLambdaMapperRecorder() {}
}

/**
 * For the native compiler, which needs every class that is mentioned: the SDK's checksums from its
 * C library (CRT), which is not shipped and not called, as only SHA-256 is used.
 */
@SuppressWarnings("DoNotCallSuggester") // only the SDK calls them
@TargetClass(className = "software.amazon.awssdk.checksums.internal.ChecksumProvider")
final class Target_software_amazon_awssdk_checksums_internal_ChecksumProvider {
  private Target_software_amazon_awssdk_checksums_internal_ChecksumProvider() {}

  @Substitute
  static SdkChecksum createCrtCrc32C() {
    throw new UnsupportedOperationException("CRC-32C by the CRT");
  }

  @Substitute
  static SdkChecksum crc64NvmeCrtImplementation() {
    throw new UnsupportedOperationException("CRC-64/NVME by the CRT");
  }

  @Substitute
  static SdkChecksum crtXxHash(ChecksumAlgorithm algorithm) {
    throw new UnsupportedOperationException("XXHash by the CRT");
  }
}

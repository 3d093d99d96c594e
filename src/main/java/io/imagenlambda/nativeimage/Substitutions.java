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
import java.net.InetAddress;
import java.net.URI;
import javax.xml.catalog.Catalog;
import javax.xml.catalog.CatalogFeatures;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/**
 * For the executable: the settings of one REST client, left empty, because the only client is made
 * in code ({@code PredictWire}). Quarkus would read half a hundred of them at each start for the
 * defaults, and as many for each client. Where no client is registered, it takes each setting of
 * all clients, such as {@code quarkus.rest-client.connect-timeout}, for the name of one.
 */
@TargetClass(className = "io.quarkus.restclient.config.RestClientsConfig$RestClientConfig$$CMImpl")
final class Target_io_quarkus_restclient_config_RestClientConfig {
  @Substitute
  Target_io_quarkus_restclient_config_RestClientConfig(ConfigMappingContext context) {}
}

/**
 * For the executable: no property of Quarkus is unknown. Each start would look at the names of all
 * for those that nobody reads, to warn of them. They are those that were built in, of which the
 * build has warned; Quarkus leaves out what is in the environment, and Lambda has no other place
 * for them.
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
 * For the executable: what Lambda tells of a mobile app and its user (client context, Cognito
 * identity) is read as null, whatever it says, because the function asks for neither. Quarkus fails
 * an event that has a Cognito identity, as its reader cannot make one. Its JSON mapper, which is
 * replaced too, would bring Joda-Time along, a megabyte that nobody uses.
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
 * For the executable: the log would ask for the host's address at each start, and a name server
 * too, where the host's own name is in no file of it. No line of the log has a host's name.
 */
@TargetClass(className = "io.smallrye.common.net.HostName")
final class Target_io_smallrye_common_net_HostName {
  private Target_io_smallrye_common_net_HostName() {}

  @Substitute
  static InetAddress getLocalHost() {
    return InetAddress.getLoopbackAddress();
  }
}

/**
 * For the native compiler, which wants every class that is mentioned: the SDK's checksums by way of
 * its C library (CRT), which is not shipped and, as only SHA-256 is used, never asked for.
 */
@SuppressWarnings("DoNotCallSuggester") // nobody calls them but the SDK
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

/**
 * For the native compiler, which follows every call that could be made: the SDK reads S3's XML with
 * the JDK's parser, which would look up foreign documents in XML catalogs, which it would read with
 * another parser, which could validate them by XML Schema. S3's XML refers to no other document,
 * and the SDK forbids it. All that is left out by this is a twentieth of the executable.
 */
@SuppressWarnings("DoNotCallSuggester") // nobody calls it but the JDK
@TargetClass(className = "javax.xml.catalog.CatalogManager")
final class Target_javax_xml_catalog_CatalogManager {
  private Target_javax_xml_catalog_CatalogManager() {}

  @Substitute
  static Catalog catalog(CatalogFeatures features, URI... uris) {
    throw new UnsupportedOperationException("XML catalogs");
  }
}

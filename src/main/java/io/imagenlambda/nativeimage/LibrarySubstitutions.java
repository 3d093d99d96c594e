package io.imagenlambda.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import java.net.URI;
import javax.xml.catalog.Catalog;
import javax.xml.catalog.CatalogFeatures;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

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

package io.imagenlambda.storage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/**
 * For the native compiler, which wants every class that is mentioned: the SDK's checksums by way of
 * its C library (CRT), which is not shipped and, as only SHA-256 is used, never asked for.
 */
@SuppressWarnings("DoNotCallSuggester") // nobody calls them but the SDK
@TargetClass(className = "software.amazon.awssdk.checksums.internal.ChecksumProvider")
final class NoCrtChecksums {
  private NoCrtChecksums() {}

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

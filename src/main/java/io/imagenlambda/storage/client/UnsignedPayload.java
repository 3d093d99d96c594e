package io.imagenlambda.storage.client;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * Signs an upload's headers but not its body, over plain HTTP as the SDK does over HTTPS: the same
 * bytes on the wire in the lab as in production, and no second SHA-256 over the image. The body is
 * protected all the same: its {@code x-amz-checksum-sha256} is a signed header.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html">
 *     UNSIGNED-PAYLOAD</a>
 */
final class UnsignedPayload implements AwsV4AuthScheme {
  private final AwsV4HttpSigner signer = new Signer(AwsV4HttpSigner.create());

  @Override
  public String schemeId() {
    return SCHEME_ID;
  }

  @Override
  public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
    return providers.identityProvider(AwsCredentialsIdentity.class);
  }

  @Override
  public AwsV4HttpSigner signer() {
    return signer;
  }

  /** Over plain HTTP the SDK signs every body that it sees, so it is shown none. */
  private record Signer(AwsV4HttpSigner signer) implements AwsV4HttpSigner {
    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
      boolean checksummed =
          request.request().firstMatchingHeader("x-amz-checksum-sha256").isPresent();
      return checksummed ? signHeaders(request) : signer.sign(request);
    }

    private <T extends AwsCredentialsIdentity> SignedRequest signHeaders(SignRequest<T> request) {
      SignedRequest signed = signer.sign(request.copy(without -> without.payload(null)));
      return SignedRequest.builder()
          .request(signed.request())
          .payload(request.payload().orElse(null))
          .build();
    }

    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(
        AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
      return signer.signAsync(request);
    }
  }
}

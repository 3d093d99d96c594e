package io.imagenlambda.lab;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The AWS account and access key of the lab. None of it is secret. */
final class LabCredentials {
  static final String REGION = "us-east-1";
  static final String ACCOUNT_ID = "123456789012";
  static final String ACCESS_KEY_ID = "lab-access-key";
  static final String SECRET_ACCESS_KEY = "lab-secret-key";

  private LabCredentials() {}

  static Region region() {
    return Region.of(REGION);
  }

  static StaticCredentialsProvider provider() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
  }
}

package io.imagenlambda.storage;

/**
 * An image in S3.
 *
 * @param s3Uri {@code s3://bucket/key}
 * @param bytes the object's size
 * @param width in pixels
 * @param height in pixels
 * @param sha256 of the object's content, 64 lower-case hexadecimal digits
 */
public record StoredImage(
    String s3Uri, ImageType type, long bytes, int width, int height, String sha256) {}

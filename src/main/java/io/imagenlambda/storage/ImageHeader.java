package io.imagenlambda.storage;

/**
 * What an image says about itself in its first bytes.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
public record ImageHeader(ImageType type, int width, int height) {}

package io.imagenlambda.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * An address that an image can be fetched from.
 *
 * @param expiresAt when a presigned URL ends to work; empty for the other styles
 */
public record ImageUrl(String url, Optional<Instant> expiresAt) {}

package io.imagenlambda.storage;

import java.time.Instant;

/**
 * What a listing tells about one object of an id.
 *
 * @param name the key's last part, such as {@code 0.png} or {@code claim-0.json}
 * @param bytes the object's size
 * @param lastModified by S3's clock, to the second
 */
public record StoredObject(String name, long bytes, Instant lastModified) {}

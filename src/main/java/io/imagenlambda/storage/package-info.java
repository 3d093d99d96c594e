/**
 * S3: the output bucket with its images, the small JSON objects beside them, URLs, and requests.
 */
@NullMarked
package io.imagenlambda.storage;

import org.jspecify.annotations.NullMarked;

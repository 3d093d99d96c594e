/** S3: images, the small JSON objects beside them, URLs, and objects with requests. */
@NullMarked
package io.imagenlambda.storage;

import org.jspecify.annotations.NullMarked;

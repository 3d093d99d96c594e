/** S3: images, the small JSON objects beside them, and URLs. */
@NullMarked
package io.imagenlambda.storage;

import org.jspecify.annotations.NullMarked;

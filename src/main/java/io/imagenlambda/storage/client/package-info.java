/** The S3 client under the storage: how it is made. */
@NullMarked
package io.imagenlambda.storage.client;

import org.jspecify.annotations.NullMarked;

/** HTTP under the clients of S3, SQS and Secrets Manager. */
@NullMarked
package io.imagenlambda.aws;

import org.jspecify.annotations.NullMarked;

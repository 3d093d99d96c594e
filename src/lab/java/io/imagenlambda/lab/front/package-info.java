/** API Gateway's HTTP API in front of the function. */
@NullMarked
package io.imagenlambda.lab.front;

import org.jspecify.annotations.NullMarked;

/** API Gateway's HTTP API in front of the function. */
@NullMarked
package io.imagenlambda.lab.gateway;

import org.jspecify.annotations.NullMarked;

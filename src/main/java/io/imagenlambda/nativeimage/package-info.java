/**
 * Changes to other people's classes in the executable, named after their targets. Each says what it
 * changes and why. What each gains, and when it can go (250 starts by turns, of about 20 ms each,
 * on 28 November 2026):
 *
 * <ul>
 *   <li>{@code RestClientConfig}: 3.5 ms of a start. Until Quarkus no longer reads the settings of
 *       clients that are made in code.
 *   <li>{@code Config}: 1.6 ms of a start, and 0.2 MB. Until Quarkus looks for unknown properties
 *       in the build alone.
 *   <li>{@code AmazonLambdaMapperRecorder}: events with a Cognito identity do not fail, and 1.1 MB.
 *       Until Quarkus can read such an identity in an executable.
 *   <li>{@code ChecksumProvider}: without it nothing is built. Until the SDK's checksums compile
 *       without the CRT.
 * </ul>
 */
@NullMarked
package io.imagenlambda.nativeimage;

import org.jspecify.annotations.NullMarked;

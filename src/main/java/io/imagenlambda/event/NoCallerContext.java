package io.imagenlambda.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.RecomputeFieldValue;
import com.oracle.svm.core.annotate.RecomputeFieldValue.Kind;
import com.oracle.svm.core.annotate.TargetClass;

/**
 * For the executable: what Lambda tells of a mobile app and its user (client context, Cognito
 * identity) is read as null, whatever it says, because the function asks for neither. Quarkus fails
 * an event that has a Cognito identity, as its reader cannot make one. Its JSON mapper, which is
 * replaced too, would bring Joda-Time along, a megabyte that nobody uses.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next">the
 *     headers of an event</a>
 */
@TargetClass(className = "io.quarkus.amazon.lambda.runtime.AmazonLambdaMapperRecorder")
final class NoCallerContext {
  @Alias
  @RecomputeFieldValue(kind = Kind.FromAlias)
  static ObjectMapper objectMapper = new ObjectMapper();

  @Alias
  @RecomputeFieldValue(kind = Kind.FromAlias)
  static ObjectReader cognitoIdReader = new ObjectMapper().readerFor(Void.class);

  @Alias
  @RecomputeFieldValue(kind = Kind.FromAlias)
  static ObjectReader clientCtxReader = new ObjectMapper().readerFor(Void.class);

  private NoCallerContext() {}
}

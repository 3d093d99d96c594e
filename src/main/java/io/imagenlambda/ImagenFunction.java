package io.imagenlambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.imagenlambda.aws.InternalExtension;
import io.imagenlambda.event.Events;
import io.imagenlambda.request.FunctionError;
import java.io.InputStream;
import java.io.OutputStream;
import org.jboss.logging.Logger;

/** The entry point: Lambda hands every event to this class. */
public final class ImagenFunction implements RequestStreamHandler {
  private static final Logger LOG = Logger.getLogger(ImagenFunction.class);

  private final Events events;
  private final FunctionError.Exceptions errors;
  private final InternalExtension extension;

  ImagenFunction(Events events, FunctionError.Exceptions errors, InternalExtension extension) {
    this.events = events;
    this.errors = errors;
    this.extension = extension;
  }

  /**
   * Answers one event.
   *
   * @throws RuntimeException one of {@link FunctionError.Exceptions}, which Lambda reports as a
   *     function error of that name
   */
  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context) {
    try (var _ = extension.begins(context.getAwsRequestId())) {
      events.handle(event, answer, context);
    } catch (FunctionError error) {
      LOG.warnf("%s: %s", error.type(), error.logged());
      throw errors.named(error);
    } catch (Throwable unexpected) {
      LOG.error("The event could not be handled", unexpected);
      // Lambda's poll loop catches exceptions only: an error would end it and lose the event.
      throw unexpected instanceof RuntimeException exception
          ? exception
          : new IllegalStateException(unexpected);
    }
  }
}

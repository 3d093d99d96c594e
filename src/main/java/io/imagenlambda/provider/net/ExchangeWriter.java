package io.imagenlambda.provider.net;

import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.client.impl.RestClientRequestContext;
import org.jboss.resteasy.reactive.client.spi.ClientMessageBodyWriter;
import org.jboss.resteasy.reactive.client.spi.ResteasyReactiveClientRequestContext;

/**
 * Tells an {@link Exchange} what the REST client is doing with it: the filter runs before there is
 * a connection, the writer when there is one and before a byte is sent.
 */
public final class ExchangeWriter
    implements ClientRequestFilter, ClientMessageBodyWriter<Exchange> {
  @Override
  public void filter(ClientRequestContext context) {
    if (context.getEntity() instanceof Exchange exchange
        && context instanceof ResteasyReactiveClientRequestContext client) {
      exchange.connecting(client.unwrap(RestClientRequestContext.class));
    }
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return type == Exchange.class;
  }

  @Override
  public void writeTo(
      Exchange exchange,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream body,
      RestClientRequestContext context)
      throws IOException {
    body.write(exchange.sending(context.getHttpClientRequest()));
  }

  @Override
  public void writeTo(
      Exchange exchange,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream body) {
    throw new IllegalStateException("an exchange is written by the REST client only");
  }
}

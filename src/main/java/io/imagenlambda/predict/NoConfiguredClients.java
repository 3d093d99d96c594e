package io.imagenlambda.predict;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.smallrye.config.ConfigMappingContext;

/**
 * For the executable: the settings of one REST client, left empty, because the only client is made
 * in code ({@link PredictClient}). Quarkus would read half a hundred of them at each start for the
 * defaults, and as many for each client. Where no client is registered, it takes each setting of
 * all clients, such as {@code quarkus.rest-client.connect-timeout}, for the name of one.
 */
@TargetClass(className = "io.quarkus.restclient.config.RestClientsConfig$RestClientConfig$$CMImpl")
final class NoConfiguredClients {
  @Substitute
  NoConfiguredClients(ConfigMappingContext context) {}
}

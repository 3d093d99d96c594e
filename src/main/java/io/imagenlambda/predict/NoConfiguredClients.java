package io.imagenlambda.predict;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.smallrye.config.ConfigMappingContext;

/**
 * For the executable: the settings of one REST client among many, left empty. There is no such
 * client, because the only one is made in code ({@link PredictClient}). Quarkus would read the
 * settings of several all the same at each start, half a hundred each: of the defaults, and where
 * no client is registered, of one for each setting that there is for all clients (those of {@code
 * quarkus.rest-client.connect-timeout.…}).
 */
@TargetClass(className = "io.quarkus.restclient.config.RestClientsConfig$RestClientConfig$$CMImpl")
final class NoConfiguredClients {
  @Substitute
  NoConfiguredClients(ConfigMappingContext context) {}
}

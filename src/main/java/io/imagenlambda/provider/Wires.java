package io.imagenlambda.provider;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;

/** The APIs that the provider has. A model's name picks its wire. */
@Singleton
final class Wires {
  private final List<Wire> all;

  Wires(@All List<Wire> all) {
    this.all = List.copyOf(all);
  }

  Wire of(String model) {
    return all.stream()
        .filter(wire -> wire.speaksTo(model))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no wire for " + model));
  }
}

package io.imagenlambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.imagenlambda.aws.Secrets;
import jakarta.inject.Inject;
import java.lang.reflect.Constructor;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The function's own classes made as CDI makes them, but in microseconds: every class once, with
 * whatever its constructor asks for. A test says what stands at the edges.
 */
public final class Wiring {
  private static final Secrets NONE =
      name -> {
        throw new IllegalStateException("there is no secret " + name);
      };

  private final Map<Class<?>, Object> made =
      new HashMap<>(Map.of(Clock.class, Clock.systemUTC(), Secrets.class, NONE));

  /** JSON as the function reads and writes it. */
  public static ObjectMapper mapper() {
    return new ObjectMapper()
        .findAndRegisterModules()
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
  }

  /** Takes this one for that class. */
  public <T> Wiring with(Class<T> type, T instance) {
    made.put(type, instance);
    return this;
  }

  /** The one instance of a class. */
  public <T> T make(Class<T> type) {
    Object present = made.get(type);
    if (present != null) {
      return type.cast(present);
    }
    try {
      Constructor<?>[] constructors = type.getDeclaredConstructors();
      Constructor<?> constructor =
          Arrays.stream(constructors)
              .filter(each -> constructors.length == 1 || each.isAnnotationPresent(Inject.class))
              .findFirst()
              .orElseThrow();
      constructor.setAccessible(true);
      T instance =
          type.cast(
              constructor.newInstance(
                  Arrays.stream(constructor.getParameterTypes()).map(this::make).toArray()));
      made.put(type, instance);
      return instance;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }
}

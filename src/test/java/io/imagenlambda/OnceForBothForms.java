package io.imagenlambda;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * These tests prove the same with either form of the function, so they run with one: not with the
 * executable. Subclasses inherit it, which JUnit's own condition would not allow.
 */
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfSystemProperty(named = "imagen.native", matches = "true")
public @interface OnceForBothForms {}

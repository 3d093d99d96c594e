package io.imagenlambda.event;

/**
 * Makes the exceptions whose class names are the function's error types. Lambda's runtimes report a
 * function error under the full name of the exception's class, and a state machine's {@code Retry}
 * and {@code Catch} have to name it; so those classes are in no package, where only CDI finds them.
 */
public interface FunctionErrors {
  /** The exception whose class has the error's name. */
  RuntimeException named(FunctionError error);
}

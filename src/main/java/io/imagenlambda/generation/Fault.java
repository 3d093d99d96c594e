package io.imagenlambda.generation;

/**
 * One thing that is wrong with a request.
 *
 * @param pointer where, as a JSON Pointer (RFC 6901); empty for the request as a whole
 * @param detail what is there and what is allowed, naming the field
 */
public record Fault(String pointer, String detail) {}

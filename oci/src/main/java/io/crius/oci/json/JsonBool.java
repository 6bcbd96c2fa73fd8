package io.crius.oci.json;

/** {@code true} or {@code false}. */
public record JsonBool(boolean value) implements JsonValue {}

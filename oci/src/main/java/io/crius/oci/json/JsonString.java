package io.crius.oci.json;

/** A string. */
public record JsonString(String value) implements JsonValue {}

package io.crius.oci.json;

/** The literal {@code null}. The typed getters of {@link JsonObject} take it for an absent key, as Go programs do. */
public record JsonNull() implements JsonValue {}

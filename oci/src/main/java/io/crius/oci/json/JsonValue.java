package io.crius.oci.json;

/** A JSON value. Two values are equal if they would be written the same, apart from the order of keys. */
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBool, JsonNull {}

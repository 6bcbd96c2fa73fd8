package io.crius.daemon.cli.wire;

/**
 * A field of a message.
 *
 * @param name as in the proto, {@code log_directory}
 * @param jsonName as in JSON, {@code logDirectory}
 * @param typeName of a message or an enumeration with its package; else empty
 * @param choice whether it is one of several of which one is set; such a field has no default
 */
record Field(
        int number, String name, String jsonName, FieldKind kind, String typeName, boolean repeated, boolean choice) {}

package io.crius.config;

/** One source says that one option has one value; not yet read or checked. */
record Assignment(TableSchema schema, String table, Option<?> option, RawValue raw, Origin origin) {
    String key() {
        return table + "." + option.key();
    }
}

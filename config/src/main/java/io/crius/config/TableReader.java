package io.crius.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks a document, finds the option that each key means, and reports the keys that mean none. */
final class TableReader {
    private final TomlCodec.Document document;
    private final Findings findings;

    TableReader(TomlCodec.Document document, Findings findings) {
        this.document = document;
        this.findings = findings;
    }

    void read() {
        readTable(List.of(), document.root());
    }

    private void readTable(List<String> path, RawValue.Entries table) {
        Optional<TableSchema> schema = Schemas.of(path);
        for (Map.Entry<String, RawValue> entry : table.values().entrySet()) {
            List<String> full = append(path, entry.getKey());
            if (Schemas.isTable(full)) {
                readSubTable(full, entry.getValue());
            } else {
                readKey(schema, full, entry.getValue());
            }
        }
    }

    private void readSubTable(List<String> path, RawValue value) {
        if (value instanceof RawValue.Entries entries) {
            Schemas.of(path).filter(TableSchema::isNamed).ifPresent(schema -> findings.declare(schema, dotted(path)));
            readTable(path, entries);
        } else {
            findings.problem(origin(path), dotted(path), "expected a table, found " + value.kind());
        }
    }

    private void readKey(Optional<TableSchema> schema, List<String> path, RawValue value) {
        Optional<Option<?>> option = schema.flatMap(s -> s.option(path.getLast()));
        if (schema.isPresent() && option.isPresent()) {
            String table = dotted(path.subList(0, path.size() - 1));
            findings.assign(new Assignment(schema.get(), table, option.get(), value, origin(path)));
        } else {
            String kind = value instanceof RawValue.Entries ? "unknown table" : "unknown key";
            findings.warn(origin(path), dotted(path), kind + ", ignored" + Schemas.suggestionFor(path));
        }
    }

    private Origin origin(List<String> path) {
        return document.origins().apply(path);
    }

    private static String dotted(List<String> path) {
        return String.join(".", path);
    }

    private static List<String> append(List<String> path, String key) {
        List<String> longer = new ArrayList<>(path);
        longer.add(key);
        return List.copyOf(longer);
    }
}

package io.crius.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads each assignment as its option demands and lays the sources over one another. For one thread. */
final class Merger {
    private final Map<String, Settings> tables = new LinkedHashMap<>();
    private final Findings findings;

    Merger(Findings findings) {
        this.findings = findings;
    }

    /** The tables that any source mentions, by dotted name. Values that are wrong are left out and reported. */
    Map<String, Settings> merge() {
        findings.declared().forEach(this::table);
        findings.assignments().forEach(this::apply);
        return Map.copyOf(tables);
    }

    private void apply(Assignment assignment) {
        Settings table = table(assignment.table(), assignment.schema());
        warnOfAge(assignment);
        tables.put(assignment.table(), assigned(table, assignment, assignment.option()));
    }

    private <T> Settings assigned(Settings table, Assignment assignment, Option<T> option) {
        try {
            T value = option.type().read(assignment.raw());
            T merged = table.isSet(option) ? option.type().merge(table.get(option), value) : value;
            return table.with(option, merged, assignment.origin());
        } catch (BadValueException e) {
            findings.problem(assignment.origin(), assignment.key(), e.reason());
            return table;
        }
    }

    private void warnOfAge(Assignment assignment) {
        assignment.option().deprecation().ifPresent(instead -> {
            boolean ignored = assignment.option().support() == Option.Support.WITHOUT_EFFECT;
            String state = ignored ? "has no effect: " : "is deprecated: ";
            findings.warn(assignment.origin(), assignment.key(), state + instead);
        });
    }

    private Settings table(String name, TableSchema schema) {
        return tables.computeIfAbsent(
                name, _ -> schema.isNamed() ? Settings.named(schema, name) : Settings.defaults(schema));
    }
}

package io.crius.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what reading the sources brings up, in the order in which it is found. For one thread. */
final class Findings {
    private final Map<String, TableSchema> declared = new HashMap<>();
    private final List<Assignment> assignments = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** A handler or workload exists, be its table empty. */
    void declare(TableSchema schema, String table) {
        declared.putIfAbsent(table, schema);
    }

    void assign(Assignment assignment) {
        assignments.add(assignment);
    }

    void problem(Origin origin, String key, String message) {
        problems.add(new Problem(origin, key, message));
    }

    void warn(Origin origin, String key, String message) {
        warnings.add(new Problem(origin, key, message).toString());
    }

    void remark(String remark) {
        warnings.add(remark);
    }

    Map<String, TableSchema> declared() {
        return Map.copyOf(declared);
    }

    List<Assignment> assignments() {
        return List.copyOf(assignments);
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }
}

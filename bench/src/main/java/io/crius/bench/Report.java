package io.crius.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Puts results side by side; all servers are compared with the first one. */
final class Report {
    /** What was measured, and on whom. */
    record Column(String name, Results results) {}

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Report(List<Column> columns) {
        this.columns = columns;
        header();
        for (Operation operation : Operation.values()) {
            times(operation);
        }
        figures();
    }

    private void header() {
        List<String> row = new ArrayList<>(List.of("", columns.getFirst().name()));
        for (Column other : columns.subList(1, columns.size())) {
            row.add(other.name());
            row.add("ratio");
        }
        rows.add(row);
    }

    private void times(Operation operation) {
        int count = columns.getFirst().results().count(operation);
        if (count == 0) {
            return;
        }
        row(operation.title() + ", p50 ms", milliseconds(operation, 0.5));
        if (count > 1) {
            row(operation.title() + ", p90 ms", milliseconds(operation, 0.9));
        }
    }

    private static Function<Column, Optional<Double>> milliseconds(Operation operation, double share) {
        return c -> c.results().percentile(operation, share).map(Report::milliseconds);
    }

    private static double milliseconds(Duration time) {
        return time.toNanos() / 1e6;
    }

    private void figures() {
        Set<String> names = new LinkedHashSet<>();
        columns.forEach(c -> names.addAll(c.results().figures().keySet()));
        for (String name : names) {
            row(name, c -> Optional.ofNullable(c.results().figures().get(name)));
        }
    }

    private void row(String title, Function<Column, Optional<Double>> value) {
        Optional<Double> reference = value.apply(columns.getFirst());
        List<String> row = new ArrayList<>(List.of(title, number(reference)));
        for (Column other : columns.subList(1, columns.size())) {
            Optional<Double> own = value.apply(other);
            row.add(number(own));
            row.add(number(own.flatMap(o -> reference.map(r -> o / r))));
        }
        rows.add(row);
    }

    private static String number(Optional<Double> value) {
        return value.map(v -> String.format(Locale.ROOT, v < 10 ? "%.2f" : "%.1f", v))
                .orElse("-");
    }

    /** For a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            text.append(String.format(Locale.ROOT, "%-52s", row.getFirst()));
            for (int i = 1; i < row.size(); i++) {
                text.append(String.format(Locale.ROOT, i == 1 || i % 2 == 0 ? "%22s" : "%8s", row.get(i)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** For a page. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            text.append("| ").append(String.join(" | ", row)).append(" |\n");
            if (row.equals(rows.getFirst())) {
                text.append("|---").append("|--:".repeat(row.size() - 1)).append("|\n");
            }
        }
        return text.toString();
    }
}

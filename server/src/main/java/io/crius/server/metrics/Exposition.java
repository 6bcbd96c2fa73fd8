package io.crius.server.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prometheus' text format, version 0.0.4. Not thread-safe. */
final class Exposition {
    /** Compat: what all of CRI-O's own metrics begin with. */
    private static final String PREFIX = "container_runtime_";

    private final StringBuilder text = new StringBuilder();
    private final ChosenMetrics collectors;
    private boolean isWanted;

    Exposition(ChosenMetrics collectors) {
        this.collectors = collectors;
    }

    /** Announces a family of the daemon's, whose values follow; says whether anybody wants them. */
    boolean family(String name, String type, String help) {
        isWanted = collectors.want(name);
        if (isWanted) {
            announce(PREFIX + name, type, help);
        }
        return isWanted;
    }

    /** A value of the family that was announced last. */
    void value(String name, Map<String, String> labels, double value) {
        if (isWanted) {
            line(PREFIX + name, labels, value);
        }
    }

    /** A metric with a name that all programs share. */
    void common(String name, String type, String help, double value) {
        announce(name, type, help);
        line(name, Map.of(), value);
    }

    private void announce(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void line(String name, Map<String, String> labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append(new TreeMap<>(labels)
                    .entrySet().stream()
                            .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
                            .collect(Collectors.joining(",", "{", "}")));
        }
        text.append(' ').append(number(value)).append('\n');
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

package io.crius.server.podmetrics;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A metric by its name.
 *
 * @param labels beyond those that all have
 * @param points its values of one object
 */
record MetricFamily<T>(
        String name, String help, MetricValue.Kind kind, List<String> labels, Function<T, List<Point>> points) {
    /** One value, with the values of the family's labels. */
    record Point(List<String> labels, long value) {}

    static <T> MetricFamily<T> counter(String name, String help, Function<T, OptionalLong> value) {
        return new MetricFamily<>(name, help, MetricValue.Kind.COUNTER, List.of(), one(value));
    }

    static <T> MetricFamily<T> gauge(String name, String help, Function<T, OptionalLong> value) {
        return new MetricFamily<>(name, help, MetricValue.Kind.GAUGE, List.of(), one(value));
    }

    static <T> MetricFamily<T> counters(
            String name, String help, List<String> labels, Function<T, List<Point>> points) {
        return new MetricFamily<>(name, help, MetricValue.Kind.COUNTER, labels, points);
    }

    static <T> MetricFamily<T> gauges(String name, String help, List<String> labels, Function<T, List<Point>> points) {
        return new MetricFamily<>(name, help, MetricValue.Kind.GAUGE, labels, points);
    }

    private static <T> Function<T, List<Point>> one(Function<T, OptionalLong> value) {
        return thing -> {
            OptionalLong known = value.apply(thing);
            return known.isEmpty() ? List.of() : List.of(new Point(List.of(), known.getAsLong()));
        };
    }
}

package io.crius.server.podmetrics;

import io.crius.server.podmetrics.MetricFamily.Point;
import io.crius.server.stats.NetworkSample;
import io.crius.server.stats.NetworkSample.Counters;
import io.crius.server.stats.NetworkSample.Direction;
import io.crius.server.stats.PodSample;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The group {@code network}, of pods. */
final class NetworkMetrics {
    static final List<MetricFamily<PodSample>> FAMILIES = Stream.of(
                    direction("receive", "received", "receiving", Counters::received),
                    direction("transmit", "transmitted", "transmitting", Counters::sent))
            .flatMap(List::stream)
            .toList();

    private NetworkMetrics() {}

    private static List<MetricFamily<PodSample>> direction(
            String word, String done, String doing, Function<Counters, Direction> part) {
        String name = "container_network_" + word;
        return List.of(
                family(name + "_bytes_total", "Cumulative count of bytes " + done, part, Direction::bytes),
                family(name + "_packets_total", "Cumulative count of packets " + done, part, Direction::packets),
                family(
                        name + "_packets_dropped_total",
                        "Cumulative count of packets dropped while " + doing,
                        part,
                        Direction::dropped),
                family(
                        name + "_errors_total",
                        "Cumulative count of errors encountered while " + doing,
                        part,
                        Direction::errors));
    }

    private static MetricFamily<PodSample> family(
            String name, String help, Function<Counters, Direction> part, ToLongFunction<Direction> count) {
        return MetricFamily.counters(
                name,
                help,
                List.of("interface"),
                pod -> pod.network().stream()
                        .flatMap(NetworkMetrics::interfaces)
                        .map(counters -> new Point(List.of(counters.name()), count.applyAsLong(part.apply(counters))))
                        .toList());
    }

    private static Stream<Counters> interfaces(NetworkSample sample) {
        return Stream.concat(Optional.of(sample).flatMap(NetworkSample::standard).stream(), sample.others().stream());
    }
}

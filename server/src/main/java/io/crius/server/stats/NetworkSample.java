package io.crius.server.stats;

import java.util.List;
import java.util.Optional;

/**
 * The interfaces of a pod's network namespace, loopback left out.
 *
 * @param standard the one that the default route leads through, else the first
 */
public record NetworkSample(Optional<Counters> standard, List<Counters> others) {
    /** What went through an interface since it was made. */
    public record Counters(String name, Direction received, Direction sent) {}

    /** One direction. */
    public record Direction(long bytes, long packets, long errors, long dropped) {}

    public NetworkSample {
        others = List.copyOf(others);
    }
}

package io.crius.server.stats;

import io.crius.server.stats.NetworkSample.Counters;
import io.crius.server.stats.NetworkSample.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's texts about a network namespace. Kernel: proc_pid_net(5): {@code dev}, {@code route} and {@code ipv6_route}.
 *
 * @param dev counters of all interfaces
 * @param route IPv4's routing table
 * @param route6 IPv6's
 */
record NetworkFiles(String dev, String route, String route6) {
    private static final String LOOPBACK = "lo";
    private static final int FIELDS = 16;

    /** {@code eth0: bytes packets errs drop fifo frame compressed multicast | bytes packets errs drop …} */
    NetworkSample sample() {
        List<Counters> all = new ArrayList<>();
        dev.lines().skip(2).forEach(line -> counters(line).ifPresent(all::add));
        String wanted = standard().orElse("");
        Optional<Counters> standard = all.stream()
                .filter(counters -> counters.name().equals(wanted))
                .findFirst()
                .or(() -> all.stream().findFirst());
        standard.ifPresent(all::remove);
        return new NetworkSample(standard, all);
    }

    private static Optional<Counters> counters(String line) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? LOOPBACK : line.substring(0, colon).strip();
        String[] fields = line.substring(colon + 1).strip().split("\\s+");
        if (name.equals(LOOPBACK) || fields.length < FIELDS) {
            return Optional.empty();
        }
        return Optional.of(new Counters(name, direction(fields, 0), direction(fields, FIELDS / 2)));
    }

    private static Direction direction(String[] fields, int from) {
        return new Direction(
                Long.parseUnsignedLong(fields[from]),
                Long.parseUnsignedLong(fields[from + 1]),
                Long.parseUnsignedLong(fields[from + 2]),
                Long.parseUnsignedLong(fields[from + 3]));
    }

    /** The interface of the first route to everywhere: of IPv4, else of IPv6. */
    private Optional<String> standard() {
        Optional<String> four = route.lines()
                .map(line -> line.split("\\s+"))
                .filter(words -> words.length > 7 && words[1].equals("00000000") && words[7].equals("00000000"))
                .map(words -> words[0])
                .findFirst();
        // Destination and its length, source and its length, gateway, metric, references, uses, flags, interface.
        return four.or(() -> route6.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 9 && words[0].equals("0".repeat(32)) && words[1].equals("00"))
                .map(words -> words[9])
                .filter(name -> !name.equals(LOOPBACK))
                .findFirst());
    }
}

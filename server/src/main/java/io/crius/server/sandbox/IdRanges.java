package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import io.crius.server.state.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Gives pods ranges of users and groups that nobody else has, out of those that the administrator put by for the user {@code
 * containers}. Compat: subuid(5), and containers/storage's choice of the user. Thread-safe by its own monitor.
 *
 * <p>What pods have is asked each time, so nothing has to be given back. A range that was given belongs to a pod only a moment
 * later: for a minute it is not given again.
 */
public final class IdRanges {
    private static final String OWNER = "containers";
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private record Range(long first, long size) {
        long end() {
            return first + size;
        }

        boolean overlaps(Range other) {
            return first < other.end() && other.first < end();
        }

        boolean contains(Range other) {
            return first <= other.first && other.end() <= end();
        }
    }

    private final Path folder;
    private final Supplier<List<UserNamespace>> taken;
    private final InstantSource clock;
    private final Map<Range, Instant> given = new HashMap<>();

    /**
     * @param folder {@code /etc}, with the files {@code subuid} and {@code subgid}
     * @param taken the namespaces of all pods and of other tools' containers
     */
    public IdRanges(Path folder, Supplier<List<UserNamespace>> taken, InstantSource clock) {
        this.folder = folder;
        this.taken = taken;
        this.clock = clock;
    }

    /**
     * The first of {@code size} ids that are free for users and groups alike.
     *
     * @throws CriusException.FailedPrecondition where nothing is put by
     * @throws CriusException.ResourceExhausted where all that is put by is taken
     */
    synchronized long take(long size) {
        List<Range> users = read(folder.resolve("subuid"));
        List<Range> groups = read(folder.resolve("subgid"));
        Instant now = clock.instant();
        given.values().removeIf(at -> at.isBefore(now.minus(REMEMBERED)));
        List<Range> occupied = new ArrayList<>(given.keySet());
        taken.get()
                .forEach(user -> Stream.concat(user.uids().stream(), user.gids().stream())
                        .forEach(mapping -> occupied.add(new Range(mapping.hostId(), mapping.size()))));
        long first = LongStream.concat(
                        Stream.concat(users.stream(), groups.stream()).mapToLong(Range::first),
                        occupied.stream().mapToLong(Range::end))
                .sorted()
                .filter(start -> isFree(new Range(start, size), users, groups, occupied))
                .findFirst()
                .orElseThrow(() -> new CriusException.ResourceExhausted("no " + size + " ids in a row are free of those"
                        + " that " + folder + "/subuid and subgid put by for " + OWNER));
        given.put(new Range(first, size), now);
        return first;
    }

    private static boolean isFree(Range wanted, List<Range> users, List<Range> groups, List<Range> occupied) {
        return users.stream().anyMatch(range -> range.contains(wanted))
                && groups.stream().anyMatch(range -> range.contains(wanted))
                && occupied.stream().noneMatch(wanted::overlaps);
    }

    private static List<Range> read(Path file) {
        try {
            List<Range> ranges = Files.readAllLines(file).stream()
                    .map(line -> line.strip().split(":", -1))
                    .filter(parts -> parts.length == 3 && parts[0].equals(OWNER))
                    .map(parts -> new Range(Long.parseLong(parts[1]), Long.parseLong(parts[2])))
                    .toList();
            if (ranges.isEmpty()) {
                throw nothing(file, "it has no line for that user");
            }
            return ranges;
        } catch (NoSuchFileException e) {
            throw nothing(file, "there is no such file");
        } catch (IOException | NumberFormatException e) {
            throw nothing(file, e.toString());
        }
    }

    private static CriusException nothing(Path file, String why) {
        return new CriusException.FailedPrecondition("no ids are put by for user namespaces: " + file + ": " + why
                + "; a line such as \"" + OWNER + ":2147483648:2147418112\" does");
    }

    /** Ranges from 0 on to {@code size}, to ids of the node from {@code first} on, around mappings that are given. */
    static List<IdMapping> around(List<IdMapping> fixed, long first, long size) {
        var all = new ArrayList<IdMapping>();
        long container = 0;
        long host = first;
        List<IdMapping> sorted = fixed.stream()
                .sorted((one, other) -> Long.compare(one.containerId(), other.containerId()))
                .toList();
        for (IdMapping mapping : sorted) {
            long until = Math.min(mapping.containerId(), size);
            if (until > container) {
                all.add(new IdMapping(container, host, until - container));
                host += until - container;
            }
            all.add(mapping);
            container = Math.max(container, mapping.containerId() + mapping.size());
        }
        if (container < size) {
            all.add(new IdMapping(container, host, size - container));
        }
        return all;
    }
}

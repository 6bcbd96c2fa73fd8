package io.crius.daemon.cli.ctl.node;

import com.google.protobuf.MessageLite;
import io.crius.cri.v1.CpuUsage;
import io.crius.cri.v1.MemoryUsage;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.text.Humane;
import io.crius.daemon.cli.text.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/** Statistics that are asked for twice, since the use of CPUs is a difference, and again and again where one watches. */
final class Sampling {
    static final List<Flag> FLAGS = List.of(
            Flag.text("id", "only the one whose id begins like this"),
            Flag.pair("label", "only those with this label"),
            Flag.number("seconds", 's', "seconds between the two samples; 1"),
            Flag.on("watch", 'w', "again and again, until interrupted"));

    /** Of amounts of memory. */
    static final int DIGITS = 4;

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String TOP_OF_EMPTY_SCREEN = "\033[2J\033[H";

    /** Prints once. */
    interface Round {
        void run() throws InterruptedException, IOException;
    }

    private Sampling() {}

    /** Prints a table of pairs, or in another format one sample. */
    static int show(Given given, Session session, Tables tables) throws InterruptedException, IOException {
        Format format = Format.of(given, Format.TABLE);
        return repeat(given, session, () -> {
            if (format == Format.TABLE) {
                session.streams().out().print(tables.table());
            } else {
                session.print(tables.message(), format);
            }
        });
    }

    /** What a command has to show. */
    interface Tables {
        Table table() throws InterruptedException;

        MessageLite message();
    }

    static int repeat(Given given, Session session, Round round) throws InterruptedException, IOException {
        round.run();
        while (given.on("watch")) {
            Thread.sleep(PAUSE);
            session.streams().out().print(TOP_OF_EMPTY_SCREEN);
            round.run();
        }
        return 0;
    }

    /**
     * What was measured of one thing.
     *
     * @param before at the first sample
     * @param now at the second
     */
    record Pair<T>(T before, T now) {}

    /** Two samples, by {@code list}, with the pause between them; what is in one of them only is left out. */
    static <T> List<Pair<T>> pairs(Given given, Supplier<List<T>> list, Function<T, String> id)
            throws InterruptedException {
        Map<String, T> before = new HashMap<>();
        list.get().forEach(one -> before.put(id.apply(one), one));
        Thread.sleep(Duration.ofSeconds(given.number("seconds").orElse(1)));
        return list.get().stream()
                .filter(one -> before.containsKey(id.apply(one)))
                .map(one -> new Pair<>(Objects.requireNonNull(before.get(id.apply(one))), one))
                .toList();
    }

    static String memory(MemoryUsage usage) {
        return Humane.size(usage.getWorkingSetBytes().getValue(), DIGITS);
    }

    /** The id of the flag or of the one argument; else empty. */
    static String id(Given given) {
        List<String> arguments = given.arguments(0, 1, "at most one id is");
        return given.text("id").orElse(arguments.isEmpty() ? "" : arguments.getFirst());
    }

    /** Percent of one CPU; a dash where the runtime has not measured again in between. */
    static String percent(CpuUsage before, CpuUsage after) {
        long nanos = after.getTimestamp() - before.getTimestamp();
        if (nanos <= 0) {
            return "-";
        }
        long used = after.getUsageCoreNanoSeconds().getValue()
                - before.getUsageCoreNanoSeconds().getValue();
        return "%.2f".formatted(100.0 * used / nanos);
    }
}

package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.CpuUsage;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.session.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Statistics that are asked for twice, since the use of CPUs is a difference, and again and again where one watches. */
final class Sampling {
    static final List<Flag> FLAGS = List.of(
            Flag.text("id", "only the one whose id begins like this"),
            Flag.pair("label", "only those with this label"),
            Flag.number("seconds", 's', "seconds between the two samples; 1"),
            Flag.on("watch", 'w', "again and again, until interrupted"));

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String TOP_OF_EMPTY_SCREEN = "\033[2J\033[H";

    /** Prints once. */
    interface Round {
        void run() throws InterruptedException, IOException;
    }

    private Sampling() {}

    static int show(Given given, Session session, Round round) throws InterruptedException, IOException {
        round.run();
        while (given.on("watch")) {
            Thread.sleep(PAUSE);
            session.streams().out().print(TOP_OF_EMPTY_SCREEN);
            round.run();
        }
        return 0;
    }

    static void pause(Given given) throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(given.number("seconds").orElse(1)));
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

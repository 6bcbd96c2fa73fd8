package io.crius.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Makes operations on all servers in turn and takes their times. */
final class Race {
    private final List<Contestant> contestants;
    private int turn;

    Race(List<Contestant> contestants) {
        this.contestants = contestants;
    }

    /** Work on one server. */
    @FunctionalInterface
    interface Work {
        void on(Contestant contestant) throws Exception;
    }

    /** Does the work on every server, each time beginning with another one, and records how long it took. */
    void measure(Operation operation, Work work) throws Exception {
        for (Contestant contestant : inTurn()) {
            long start = System.nanoTime();
            work.on(contestant);
            contestant.results().add(operation, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** Does work on every server that is not measured. */
    void each(Work work) throws Exception {
        for (Contestant contestant : contestants) {
            work.on(contestant);
        }
    }

    private List<Contestant> inTurn() {
        List<Contestant> order = new ArrayList<>(contestants);
        Collections.rotate(order, turn++);
        return order;
    }

    /** Repeats a round, fewer times when the limit is reached, but not fewer than three times. */
    static void repeat(int rounds, Duration limit, Round round) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        for (int i = 0; i < rounds; i++) {
            if (i >= Plan.FEWEST_ROUNDS && System.nanoTime() > end) {
                return;
            }
            round.run();
        }
    }

    /** One round. */
    @FunctionalInterface
    interface Round {
        void run() throws Exception;
    }
}

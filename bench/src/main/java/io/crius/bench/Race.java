package io.crius.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes operations on all servers in turn and takes their times. What a server still does after its answer must not always
 * burden the same other one: the order changes each time, so that each follows each other equally often, and there is a pause
 * in between.
 */
final class Race {
    private static final Duration PAUSE = Duration.ofMillis(30);

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

    /** Does the work on every server and records how long it took. */
    void measure(Operation operation, Work work) throws Exception {
        for (Contestant contestant : inTurn()) {
            Thread.sleep(PAUSE);
            long start = System.nanoTime();
            work.on(contestant);
            contestant.results().add(operation, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** Work on one server by one of several callers. */
    @FunctionalInterface
    interface CallersWork {
        void on(Contestant contestant, int caller) throws Exception;
    }

    /** Has several callers work at the same moment, on one server after the other; the time of each counts. */
    void measureAtOnce(Operation operation, int callers, CallersWork work) throws Exception {
        for (Contestant contestant : inTurn()) {
            Thread.sleep(PAUSE);
            try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
                List<Future<Duration>> calls = new ArrayList<>();
                for (int i = 0; i < callers; i++) {
                    int caller = i;
                    calls.add(threads.submit(() -> {
                        long start = System.nanoTime();
                        work.on(contestant, caller);
                        return Duration.ofNanos(System.nanoTime() - start);
                    }));
                }
                for (Future<Duration> call : calls) {
                    contestant.results().add(operation, call.get());
                }
            }
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
        Collections.rotate(order, turn / 2);
        if (turn % 2 == 1) {
            Collections.reverse(order);
        }
        turn++;
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

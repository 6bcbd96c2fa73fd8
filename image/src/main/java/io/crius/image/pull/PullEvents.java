package io.crius.image.pull;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** What happened to pulls lately. Thread-safe; nobody waits for who reads. */
final class PullEvents {
    private static final int KEPT = 512;

    /** Characters of a text: names and errors come from outside, and are kept for long. */
    private static final int LONGEST = 1000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<PullEvent> events = new ArrayDeque<>();
    private long last;

    void add(PullEvent.Kind kind, PullSnapshot pull, String outcome) {
        lock.lock();
        try {
            last++;
            events.addLast(new PullEvent(last, Instant.now(), kind, pull.withImage(cut(pull.image())), cut(outcome)));
            if (events.size() > KEPT) {
                events.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /**
     * Those with a higher number that are still known, oldest first. All of them for a number that was not given yet: it is from
     * before a restart of the daemon, which numbers anew.
     */
    List<PullEvent> after(long number) {
        lock.lock();
        try {
            long from = number > last ? 0 : number;
            return events.stream().filter(event -> event.number() > from).toList();
        } finally {
            lock.unlock();
        }
    }
}

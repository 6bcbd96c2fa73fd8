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

    /** Those with a higher number that are still known, oldest first. */
    List<PullEvent> after(long number) {
        lock.lock();
        try {
            return events.stream().filter(event -> event.number() > number).toList();
        } finally {
            lock.unlock();
        }
    }
}

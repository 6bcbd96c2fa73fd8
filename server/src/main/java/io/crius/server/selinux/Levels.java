package io.crius.server.selinux;

import io.crius.model.CriusException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Draws levels that no pod has: the lowest sensitivity with two of 1024 categories. Thread-safe by its own monitor.
 *
 * <p>What pods have is asked each time, so nothing has to be given back. A level that was drawn belongs to a pod only a moment
 * later: the last ones drawn are not drawn again.
 */
public final class Levels {
    private static final int CATEGORIES = 1024;
    private static final int REMEMBERED = 4096;
    private static final int ATTEMPTS = 10_000;

    private final Supplier<Set<String>> taken;
    private final RandomGenerator random;
    private final Deque<String> drawn = new ArrayDeque<>();

    /** {@code taken} gives the levels of all pods. */
    public Levels(Supplier<Set<String>> taken, RandomGenerator random) {
        this.taken = taken;
        this.random = random;
    }

    /** A level such as {@code s0:c12,c907}; the lesser category is first. */
    public synchronized String draw() {
        Set<String> others = taken.get();
        for (int i = 0; i < ATTEMPTS; i++) {
            int one = random.nextInt(CATEGORIES);
            int other = random.nextInt(CATEGORIES);
            String level = "s0:c" + Math.min(one, other) + ",c" + Math.max(one, other);
            if (one != other && !others.contains(level) && !drawn.contains(level)) {
                remember(level);
                return level;
            }
        }
        throw new CriusException.ResourceExhausted(
                "no SELinux level is free: " + others.size() + " pods have one of their own");
    }

    private void remember(String level) {
        drawn.addLast(level);
        if (drawn.size() > REMEMBERED) {
            drawn.removeFirst();
        }
    }
}

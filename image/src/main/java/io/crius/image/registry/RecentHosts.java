package io.crius.image.registry;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Hosts of which something was found out a short while ago, and is taken for true that long. Thread-safe, no locks. */
final class RecentHosts {
    private final Duration remembered;
    private final LongSupplier nanoTime;
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    RecentHosts(Duration remembered, LongSupplier nanoTime) {
        this.remembered = remembered;
        this.nanoTime = nanoTime;
    }

    boolean knows(String host) {
        Long at = seen.get(host);
        if (at == null) {
            return false;
        }
        if (nanoTime.getAsLong() - at <= remembered.toNanos()) {
            return true;
        }
        seen.remove(host, at);
        return false;
    }

    void remember(String host) {
        seen.put(host, nanoTime.getAsLong());
    }

    void forget(String host) {
        seen.remove(host);
    }
}

package io.crius.image.registry;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Registries that were reached without TLS a short while ago, so that not every pull has to find out again. Some servers without
 * TLS read its first message and say nothing, and each discovery costs the whole connection limit.
 *
 * <p>Safety: asked only where the configuration allows plain HTTP anyway. Thread-safe, no locks.
 */
final class PlainRegistries {
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final LongSupplier nanoTime;
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    PlainRegistries(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    boolean knows(String host) {
        Long at = seen.get(host);
        if (at == null) {
            return false;
        }
        if (nanoTime.getAsLong() - at <= REMEMBERED.toNanos()) {
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

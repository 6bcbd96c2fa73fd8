package io.crius.model;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock per key, made when first asked for and forgotten when nobody holds or awaits it.
 *
 * <p>Thread-safe. A thread may hold one key of an instance at a time; a second key would make lock order depend on the
 * caller.
 */
public final class KeyedLocks<K> {
    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock(true);
        int users;
    }

    /** A held lock; closing releases it. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private final Map<K, Entry> entries = new HashMap<>();

    /** Waits for the key; an interrupt ends the wait with {@link InterruptedException} and nothing held. */
    public Held lock(K key) throws InterruptedException {
        Entry entry = enter(key);
        try {
            entry.lock.lockInterruptibly();
        } catch (InterruptedException e) {
            leave(key, entry);
            throw e;
        }
        return () -> {
            entry.lock.unlock();
            leave(key, entry);
        };
    }

    /** The number of keys that are held or awaited. */
    public synchronized int size() {
        return entries.size();
    }

    private synchronized Entry enter(K key) {
        Entry entry = entries.computeIfAbsent(key, k -> new Entry());
        entry.users++;
        return entry;
    }

    private synchronized void leave(K key, Entry entry) {
        if (--entry.users == 0) {
            entries.remove(key);
        }
    }
}

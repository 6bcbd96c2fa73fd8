package io.crius.daemon;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value made when first asked for and kept. Thread-safe. */
final class Once<T> implements Supplier<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Supplier<T> maker;
    private volatile @Nullable T value;

    Once(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public T get() {
        T made = value;
        if (made != null) {
            return made;
        }
        lock.lock();
        try {
            if (value == null) {
                value = maker.get();
            }
            return value;
        } finally {
            lock.unlock();
        }
    }
}

package io.crius.model;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Several things that are each tried, whatever became of those before: giving back, sweeping. Not thread-safe: one operation,
 * one thread.
 */
public final class Attempts {
    /** One of the things; what it throws is told with the others'. */
    @FunctionalInterface
    public interface Attempt {
        void run() throws Exception;
    }

    private CriusException.@Nullable Failed first;

    /**
     * Tries it now; whether it succeeded. {@code what} begins the message of a failure. An interrupt stays, so that whatever waits
     * later ends at once.
     */
    @CanIgnoreReturnValue
    public boolean make(String what, Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            var failure = new CriusException.Failed(what + ": " + e.getMessage(), e);
            if (first == null) {
                first = failure;
            } else {
                first.addSuppressed(failure);
            }
            return false;
        }
    }

    /** The first failure, with the others suppressed, if there was one. */
    public Optional<CriusException.Failed> failure() {
        return Optional.ofNullable(first);
    }

    /** @throws CriusException.Failed what {@link #failure} gives */
    public void throwFailures() {
        if (first != null) {
            throw first;
        }
    }
}

package io.crius.model;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The answer to the call that is being handled: for work that is to begin when the caller has it, so as not to take the processor
 * from it. Thread-safe.
 */
public final class Answer {
    /** Of the call that this thread handles; unbound outside of calls. */
    public static final ScopedValue<Answer> CURRENT = ScopedValue.newInstance();

    /** Nobody is to wait for an answer that a defect keeps from being sent. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final CountDownLatch sent = new CountDownLatch(1);

    /** It is on its way, or there is nobody any more to send it to. */
    public void sent() {
        sent.countDown();
    }

    /** Waits until it was sent, a second at most; an interrupt ends the wait and stays. */
    public void awaitSent() {
        try {
            boolean _ = sent.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

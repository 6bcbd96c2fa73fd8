package io.crius.image.pull;

import io.crius.model.CriusException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that belong together, each on a virtual thread: the first failure interrupts the others, and none outlives the
 * scope. The shape of the JDK's structured concurrency, which is a preview in 25.
 *
 * <p>One thread forks, joins and closes.
 */
final class TaskScope implements AutoCloseable {
    private final String name;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** @param name of the tasks' threads */
    TaskScope(String name) {
        this.name = name;
    }

    /** A task that {@link #join} is going to start. */
    void fork(Runnable task) {
        tasks.add(task);
    }

    /**
     * Runs all and waits.
     *
     * @throws CriusException.Cancelled the caller was interrupted; the flag stays set
     * @throws RuntimeException what the first task to fail threw
     */
    void join() {
        var running = new CountDownLatch(tasks.size());
        for (Runnable task : tasks) {
            threads.add(Thread.ofVirtual().name(name).unstarted(() -> run(task, running)));
        }
        threads.forEach(Thread::start);
        try {
            running.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled(name + ": cancelled", e);
        }
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError("a task cannot throw this", e);
        }
    }

    private void run(Runnable task, CountDownLatch running) {
        try {
            task.run();
        } catch (Throwable e) {
            if (failure.compareAndSet(null, e)) {
                threads.forEach(Thread::interrupt);
            }
        } finally {
            running.countDown();
        }
    }

    /** Interrupts what still runs, and waits for its end. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        threads.forEach(ThreadEnd::await);
    }
}

package io.crius.server.job;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.RequestId;
import io.crius.model.Ticker;
import io.crius.model.Timeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one owner of an object's changes: tasks run one after the other, in the order they came, on a virtual thread that
 * lives only while there is work.
 *
 * <p>Thread-safe. A task must not wait for another task of the same executor.
 */
public final class SerialExecutor {
    /** How long a caller without a deadline waits for its task. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private record Task(String what, Runnable action, long queued, RequestId request) {}

    /** A task that waits for its turn. */
    public record Queued(String what, Duration waiting, RequestId request) {}

    private final String owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Task> waiting = new ArrayDeque<>();
    private boolean active;
    private final Timeline timeline;
    private final Ticker ticker;
    private volatile @Nullable String current;

    /** {@code owner} names the object in messages, for example "container 0123...". */
    public SerialExecutor(String owner) {
        this(owner, new Timeline(), Ticker.system());
    }

    /** As {@link #SerialExecutor(String)}; each task becomes a step of the timeline, and callers wait by the clock. */
    public SerialExecutor(String owner, Timeline timeline, Ticker ticker) {
        this.ticker = ticker;
        this.owner = owner;
        this.timeline = timeline;
    }

    /** What was done and is being done. */
    public Timeline timeline() {
        return timeline;
    }

    /** What waits behind the running task, in its order. */
    public List<Queued> queue() {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            return waiting.stream()
                    .map(task -> new Queued(task.what(), Duration.ofNanos(now - task.queued()), task.request()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Queues a task; {@code what} completes the sentence "is busy with ...". */
    public <T> CompletableFuture<T> submit(String what, Callable<T> task) {
        var result = new CompletableFuture<T>();
        var entry = new Task(what, () -> complete(what, result, task), ticker.nanoTime(), RequestId.current());
        lock.lock();
        try {
            waiting.add(entry);
            if (!active) {
                active = true;
                Thread.ofVirtual().name(owner).start(this::drain);
            }
        } finally {
            lock.unlock();
        }
        return result;
    }

    /**
     * Queues a task and waits for it until the current deadline. A caller whose time is over, or who is interrupted, leaves
     * the task in the queue: it will still be done.
     */
    public <T> T call(String what, Callable<T> task) {
        CompletableFuture<T> result = submit(what, task);
        try {
            return Deadline.currentOr(PATIENCE, ticker).get(result);
        } catch (TimeoutException e) {
            throw new CriusException.DeadlineExceeded(
                    what + " of " + owner + " goes on"
                            + busyWith().map(b -> "; it is busy with " + b).orElse(""),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("the caller left; " + what + " of " + owner + " goes on", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof CriusException known
                    ? known
                    : new CriusException.Failed(what + " of " + owner + ": " + cause, cause);
        }
    }

    /** Whether no task runs or waits. */
    public boolean isIdle() {
        lock.lock();
        try {
            return !active;
        } finally {
            lock.unlock();
        }
    }

    /** What runs now, for explanations. */
    public Optional<String> busyWith() {
        return Optional.ofNullable(current);
    }

    /** The step is over before anybody hears of the result. */
    private <T> void complete(String what, CompletableFuture<T> result, Callable<T> task) {
        T value;
        try (Timeline.Step step = timeline.begin(what)) {
            try {
                value = task.call();
            } catch (Throwable e) {
                step.fail(e);
                step.close();
                result.completeExceptionally(e);
                return;
            }
        }
        result.complete(value);
    }

    private void drain() {
        for (Optional<Task> task = next(); task.isPresent(); task = next()) {
            current = task.get().what();
            ScopedValue.where(Timeline.CURRENT, timeline)
                    .where(RequestId.CURRENT, task.get().request())
                    .run(task.get().action());
            current = null;
        }
    }

    private Optional<Task> next() {
        lock.lock();
        try {
            Task task = waiting.poll();
            active = task != null;
            return Optional.ofNullable(task);
        } finally {
            lock.unlock();
        }
    }
}

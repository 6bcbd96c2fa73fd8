package io.crius.image.pull;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work that several callers may want at once and that is done once: the first one starts it, others with an equal key join.
 *
 * <p>Thread-safe. The work runs on a thread of its own. Whoever leaves does not disturb the others; when the last one has
 * left, work in progress is interrupted, and a result that nobody took over is disposed of.
 */
final class SharedWork<K, V> {
    private static final Duration FOREVER = Duration.ofDays(365);

    private final ThreadFactory threads;
    private final Consumer<V> disposal;
    private final Map<K, Job> jobs = new HashMap<>();

    /** @param disposal of a result when the last participant has left; must not fail */
    SharedWork(ThreadFactory threads, Consumer<V> disposal) {
        this.threads = threads;
        this.disposal = disposal;
    }

    /** One caller's part in a job. */
    final class Part implements AutoCloseable {
        private final Job job;
        private final Origin origin;
        private boolean left;

        private Part(Job job, Origin origin) {
            this.job = job;
            this.origin = origin;
        }

        Origin origin() {
            return origin;
        }

        /**
         * Waits for the result.
         *
         * @param doing names the work in the errors
         * @throws CriusException.DeadlineExceeded the caller's deadline is over
         * @throws CriusException.Cancelled the caller was interrupted; the flag stays set
         * @throws CriusException what the work threw
         */
        V await(String doing) {
            try {
                Duration limit =
                        Deadline.CURRENT.isBound() ? Deadline.CURRENT.get().remaining() : FOREVER;
                return job.task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new CriusException.DeadlineExceeded(doing + ": not done in time", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CriusException.Cancelled(doing + ": cancelled", e);
            } catch (ExecutionException e) {
                throw failure(doing, e);
            }
        }

        /** Leaves. Idempotent. Work that this interrupts may go on for a moment. */
        @Override
        public void close() {
            if (!left) {
                left = true;
                leave(job);
            }
        }

        /** Leaves, and waits until nobody works any more where that was the last to leave. */
        void closeAndWait() {
            close();
            job.awaitEnd();
        }
    }

    /** How a caller came to a job. */
    enum Origin {
        STARTED,
        JOINED
    }

    /** The three variables are guarded by the map. */
    private final class Job {
        final K key;
        final FutureTask<V> task;
        int participants = 1;

        @Nullable
        V result;

        private final Thread thread;

        Job(K key, Callable<V> work) {
            this.key = key;
            this.task = new FutureTask<>(() -> handOver(work.call()));
            this.thread = threads.newThread(task);
        }

        void start() {
            thread.start();
        }

        void awaitEnd() {
            synchronized (jobs) {
                if (participants > 0) {
                    return;
                }
            }
            ThreadEnd.await(thread);
        }

        private V handOver(V value) {
            synchronized (jobs) {
                if (participants > 0) {
                    result = value;
                    return value;
                }
            }
            disposal.accept(value);
            throw new CancellationException("everybody has left");
        }
    }

    /** Joins the job with that key, or starts it. A job that has failed already is not joined. */
    Part join(K key, Callable<V> work) {
        Job started;
        synchronized (jobs) {
            Job running = jobs.get(key);
            if (running != null && running.task.state() != FutureTask.State.FAILED) {
                running.participants++;
                return new Part(running, Origin.JOINED);
            }
            started = new Job(key, work);
            jobs.put(key, started);
        }
        started.start();
        return new Part(started, Origin.STARTED);
    }

    /** The number of jobs that somebody takes part in. */
    int size() {
        synchronized (jobs) {
            return jobs.size();
        }
    }

    private void leave(Job job) {
        synchronized (jobs) {
            if (--job.participants > 0) {
                return;
            }
            jobs.remove(job.key, job);
        }
        if (job.result == null) {
            job.task.cancel(true);
        } else {
            disposal.accept(job.result);
        }
    }

    private static RuntimeException failure(String doing, ExecutionException failure) {
        return switch (failure.getCause()) {
            case null -> new CriusException.Failed(doing + ": " + failure, failure);
            case CriusException known -> known;
            case Error error -> throw error;
            case Throwable cause -> new CriusException.Failed(doing + ": " + cause, cause);
        };
    }
}

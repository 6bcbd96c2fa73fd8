package io.crius.server.job;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.RequestId;
import io.crius.model.Timeline;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Creations keyed by the object's unique name: a second caller with the same request joins the running job and gets its
 * result, a caller that goes away does not undo it, and a finished object answers for itself. A name is taken exactly
 * while its job runs or its object exists, so it can never be stuck.
 *
 * <p>Thread-safe. A job waits for its turn on a virtual thread and runs on a platform thread of its own, without the deadline of
 * the request that began it.
 */
public final class CreationJobs<R, V> {
    /** How long a caller without a deadline waits. Compat: kubelet's own limit for creations is four minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** What a job does; its result must be visible to {@code existing} before it returns. */
    @FunctionalInterface
    public interface Work<V> {
        V run(Stage stage) throws Exception;
    }

    /**
     * One creation: the unique name, whose it is, the request that describes it, and how a finished one is found.
     * {@code existing} runs under a lock: it sees every job that began before it.
     */
    public record Creation<R, V>(String name, Owner owner, R request, Supplier<Optional<V>> existing, Work<V> work) {}

    /**
     * Whose a creation is.
     *
     * @param object the id of the object that it is made for: a container's pod; empty where there is none
     * @param group those with whom it shares its turns where there is more to do than can be done at once
     */
    public record Owner(String object, String group) {}

    /**
     * A creation that runs or waits in line, as it is at this moment.
     *
     * @param stage where it is, for people
     */
    public record Running(String name, String stage, boolean waits, Timeline timeline) {}

    private record Job<R, V>(Owner owner, R request, Stage stage, Admission.Place place, CompletableFuture<V> result) {}

    private final String kind;
    private final Admission admission;
    private final Consumer<String> joined;
    private final ThreadFactory threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Job<R, V>> running = new HashMap<>();

    /**
     * @param kind names the objects in messages, for example "pod"
     * @param joined hears of each request that joins a running job, with the name of its stage; it must return at once
     */
    public CreationJobs(String kind, Admission admission, Consumer<String> joined) {
        this(kind, admission, joined, Thread.ofPlatform().factory());
    }

    /** As the other one; {@code threads} makes those that jobs run on, which a hanging call may keep for good. */
    public CreationJobs(String kind, Admission admission, Consumer<String> joined, ThreadFactory threads) {
        this.kind = kind;
        this.admission = admission;
        this.joined = joined;
        this.threads = threads;
    }

    /**
     * Returns the existing object, joins the running job, or begins one, and waits for it until the current deadline.
     *
     * @throws CriusException.ResourceExhausted where so many wait in line that this one would not be done in time
     * @throws CriusException.AlreadyExists where the running job was asked for something else
     * @throws CriusException.DeadlineExceeded where the caller's time is over; the job goes on
     * @throws CriusException.Cancelled where the caller was interrupted; the job goes on
     */
    public V createOrJoin(Creation<R, V> creation) {
        Job<R, V> job;
        lock.lock();
        try {
            Job<R, V> current = running.get(creation.name());
            if (current == null) {
                Optional<V> existing = creation.existing().get();
                if (existing.isPresent()) {
                    return existing.get();
                }
                current = begin(creation);
            } else if (!current.request().equals(creation.request())) {
                throw new CriusException.AlreadyExists(kind + " " + creation.name() + " is being created from a"
                        + " different request (" + current.stage() + "); wait for it, remove it, then create again");
            } else {
                joined.accept(current.stage().name());
            }
            job = current;
        } finally {
            lock.unlock();
        }
        return await(creation.name(), job);
    }

    /** The number of jobs that run now. */
    public int size() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** What runs or waits in line. */
    public List<Running> all() {
        lock.lock();
        try {
            return running.entrySet().stream()
                    .map(entry -> new Running(
                            entry.getKey(),
                            entry.getValue().stage().toString(),
                            entry.getValue().place().waits(),
                            entry.getValue().stage().timeline()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells the jobs that run now for this owner to end: each does so at its next stage, and what it waits for, be it
     * hung, is killed. Returns at once.
     *
     * @param why what the creations' callers hear
     */
    public void stop(String owner, String why) {
        stop(job -> job.owner().object().equals(owner), why);
    }

    /** As {@link #stop(String, String)}, for all jobs. */
    public void stop(String why) {
        stop(_ -> true, why);
    }

    private void stop(Predicate<Job<R, V>> which, String why) {
        List<Stage> stages;
        lock.lock();
        try {
            stages = running.values().stream().filter(which).map(Job::stage).toList();
        } finally {
            lock.unlock();
        }
        stages.forEach(stage -> stage.stop(why));
    }

    /**
     * Waits for the jobs that run now for this owner to end, well or not. One that began for an owner that is closed gives
     * back what it made. Blocks until the deadline; an interrupt ends the wait and stays set.
     *
     * @return the number of those that still run when the time is over
     */
    public int settle(String owner, Deadline deadline) {
        return settle(job -> job.owner().object().equals(owner), deadline);
    }

    /** As {@link #settle(String, Deadline)}, for all jobs. */
    public int settle(Deadline deadline) {
        return settle(_ -> true, deadline);
    }

    private int settle(Predicate<Job<R, V>> which, Deadline deadline) {
        List<CompletableFuture<V>> results;
        lock.lock();
        try {
            results = running.values().stream().filter(which).map(Job::result).toList();
        } finally {
            lock.unlock();
        }
        try {
            var _ = deadline.get(CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                    .exceptionally(_ -> null));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException _) {
            // How a job ends is told to those who wait for its result; here it only counts.
        }
        return unfinished(results);
    }

    private static int unfinished(List<? extends CompletableFuture<?>> results) {
        return Math.toIntExact(
                results.stream().filter(result -> !result.isDone()).count());
    }

    private Job<R, V> begin(Creation<R, V> creation) {
        var job = new Job<R, V>(
                creation.owner(),
                creation.request(),
                new Stage(kind + " waiting in line", admission.ticker()),
                admission.enter(creation.owner().group()),
                new CompletableFuture<>());
        // The job ends under the lock that the caller of this holds, so it cannot be missed; one that never began is
        // not noted.
        RequestId request = RequestId.current();
        Thread.ofVirtual().name("line-" + creation.name()).start(() -> queue(creation, job, request));
        running.put(creation.name(), job);
        return job;
    }

    /** Whoever waits in line needs no thread of the system. */
    private void queue(Creation<R, V> creation, Job<R, V> job, RequestId request) {
        try {
            job.stage().interruptible(() -> awaitTurn(job.place()));
            job.stage().enter(kind + " creating");
            // Kernel: a file system may hang in any call for a path, and would then keep a carrier of virtual threads
            // for good.
            Thread thread = threads.newThread(
                    () -> ScopedValue.where(Timeline.CURRENT, job.stage().timeline())
                            .where(RequestId.CURRENT, request)
                            .run(() -> run(creation, job)));
            thread.setName("create-" + creation.name());
            thread.start();
        } catch (Throwable e) {
            // An error, too: where the system has no thread left the name must not stay taken.
            job.place().close();
            fail(creation, job, e);
        }
    }

    private void run(Creation<R, V> creation, Job<R, V> job) {
        V value;
        try (Admission.Place _ = job.place()) {
            value = creation.work().run(job.stage());
        } catch (Throwable e) {
            fail(creation, job, e);
            return;
        }
        job.stage().end(null);
        release(creation);
        job.result().complete(value);
    }

    private void fail(Creation<R, V> creation, Job<R, V> job, Throwable cause) {
        Throwable failure = meaning(job.stage(), cause);
        job.stage().end(failure);
        release(creation);
        job.result().completeExceptionally(failure);
    }

    /** The name is given back before anybody hears of the result, so that a retry never meets a finished job. */
    private void release(Creation<R, V> creation) {
        lock.lock();
        try {
            running.remove(creation.name());
        } finally {
            lock.unlock();
        }
    }

    private static boolean awaitTurn(Admission.Place place) {
        try {
            place.await();
            return true;
        } catch (InterruptedException e) {
            throw new CriusException.Cancelled("interrupted while waiting in line", e);
        }
    }

    /** Whoever stopped the job knows better why it failed than what was interrupted. */
    private static Throwable meaning(Stage stage, Throwable failure) {
        String why = stage.whyStopped();
        return why.isEmpty() || !(failure instanceof CriusException.Cancelled)
                ? failure
                : new CriusException.FailedPrecondition(why + "; the creation was stopped at " + stage, failure);
    }

    private V await(String name, Job<R, V> job) {
        Deadline deadline = Deadline.currentOr(PATIENCE, admission.ticker());
        try {
            return deadline.get(job.result());
        } catch (TimeoutException e) {
            throw new CriusException.DeadlineExceeded(
                    "creation of " + kind + " " + name + " goes on, now at " + job.stage()
                            + "; a retry of the same request joins it",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled(
                    "the caller left; creation of " + kind + " " + name + " goes on, now at " + job.stage(), e);
        } catch (ExecutionException e) {
            throw failed(name, e.getCause() == null ? e : e.getCause());
        }
    }

    private CriusException failed(String name, Throwable cause) {
        return cause instanceof CriusException known
                ? known
                : new CriusException.Failed("creation of " + kind + " " + name + ": " + cause, cause);
    }
}

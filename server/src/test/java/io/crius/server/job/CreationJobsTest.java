package io.crius.server.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.server.job.CreationJobs.Creation;
import io.crius.server.job.CreationJobs.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CreationJobsTest {
    private final List<String> joined = new CopyOnWriteArrayList<>();
    private final CreationJobs<String, String> jobs = new CreationJobs<>("pod", new Admission(2, 2), joined::add);
    private final Map<String, String> made = new ConcurrentHashMap<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final Semaphore begun = new Semaphore(0);
    private final CountDownLatch mayFinish = new CountDownLatch(1);

    @Test
    void callersOfTheSameRequestShareOneJobAndItsResult() throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = callers.submit(() -> jobs.createOrJoin(slow("a", "request")));
            Future<String> second = callers.submit(() -> jobs.createOrJoin(slow("a", "request")));
            mayFinish.countDown();

            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("made a");
            assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("made a");
        }
        assertThat(runs).hasValue(1);
        assertThat(jobs.size()).isZero();
    }

    @Test
    void aFinishedObjectAnswersForItself() {
        mayFinish.countDown();
        jobs.createOrJoin(slow("a", "request"));

        assertThat(jobs.createOrJoin(slow("a", "request"))).isEqualTo("made a");
        assertThat(runs).hasValue(1);
    }

    @Test
    void aCallerWhoseTimeIsOverHearsTheStageAndARetryGetsTheResult() throws Exception {
        assertThatThrownBy(() -> within(Duration.ofSeconds(1), () -> jobs.createOrJoin(slow("a", "request"))))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining("creation of pod a goes on")
                .hasMessageContaining("stage \"waiting for the test\"")
                .hasMessageContaining("a retry of the same request joins it");

        mayFinish.countDown();
        assertThat(jobs.createOrJoin(slow("a", "request"))).isEqualTo("made a");
        assertThat(runs).hasValue(1);
    }

    @Test
    void aDifferentRequestForTheSameNameIsRefusedWhileTheJobRuns() throws Exception {
        assertThatThrownBy(() -> within(Duration.ofMillis(20), () -> jobs.createOrJoin(slow("a", "request"))))
                .isInstanceOf(CriusException.DeadlineExceeded.class);

        assertThatThrownBy(() -> jobs.createOrJoin(slow("a", "other")))
                .isInstanceOf(CriusException.AlreadyExists.class)
                .hasMessageContaining("pod a is being created from a different request");
        mayFinish.countDown();
    }

    @Test
    void aFailedJobFreesItsNameBeforeAnybodyHearsOfIt() {
        for (int i = 0; i < 200; i++) {
            assertThatThrownBy(() -> jobs.createOrJoin(
                            new Creation<>("a", new Owner("", "group"), "request", Optional::empty, _ -> {
                                throw new CriusException.Failed("disk full");
                            })))
                    .hasMessage("disk full");
            assertThat(jobs.size()).isZero();
        }
    }

    @Test
    void anInterruptedCallerLeavesAndTheJobGoesOn() throws Exception {
        var left = new CompletableFuture<Throwable>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                jobs.createOrJoin(slow("a", "request"));
            } catch (CriusException e) {
                left.complete(e);
            }
        });
        caller.interrupt();

        assertThat(left.get(10, TimeUnit.SECONDS)).isInstanceOf(CriusException.Cancelled.class);
        mayFinish.countDown();
        assertThat(jobs.createOrJoin(slow("a", "request"))).isEqualTo("made a");
        assertThat(runs).hasValue(1);
    }

    @Test
    void whoSettlesWaitsForTheJobsOfTheOwnerAloneAndNotLongerThanItsTime() throws Exception {
        assertThatThrownBy(() -> within(Duration.ofMillis(20), () -> jobs.createOrJoin(slow("a", "request"))))
                .isInstanceOf(CriusException.DeadlineExceeded.class);

        assertThat(jobs.settle("owner of b", Deadline.after(Duration.ofSeconds(10))))
                .isZero();
        assertThat(jobs.settle("owner of a", Deadline.after(Duration.ofMillis(20))))
                .isEqualTo(1);
        assertThat(jobs.settle(Deadline.after(Duration.ofMillis(20)))).isEqualTo(1);

        mayFinish.countDown();
        assertThat(jobs.settle("owner of a", Deadline.after(Duration.ofSeconds(10))))
                .isZero();
        assertThat(made).containsEntry("a", "made a");
    }

    @Test
    void whoJoinsARunningJobIsHeardOf() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> within(Duration.ofMillis(20), () -> jobs.createOrJoin(slow("a", "request"))))
                    .isInstanceOf(CriusException.DeadlineExceeded.class);
            assertThat(joined).hasSize(i);
        }
        mayFinish.countDown();
        assertThat(jobs.settle(Deadline.after(Duration.ofSeconds(10)))).isZero();
    }

    @Test
    void aJobThatIsStoppedEndsWhereItWaitsForSomethingOutsideAndSaysWhy() throws Exception {
        var waits = new CountDownLatch(1);
        var undone = new CountDownLatch(1);
        var heard = new CompletableFuture<Throwable>();
        Thread.ofVirtual().start(() -> {
            try {
                jobs.createOrJoin(new Creation<>("a", new Owner("pod", "group"), "request", Optional::empty, stage -> {
                    stage.enter("hanging");
                    try {
                        return stage.interruptible(() -> hang(waits));
                    } finally {
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                        undone.countDown();
                    }
                }));
            } catch (CriusException e) {
                heard.complete(e);
            }
        });
        assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
        jobs.stop("another pod", "not this one");
        assertThat(jobs.size()).isEqualTo(1);
        jobs.stop("pod", "the pod was stopped");

        assertThat(heard.get(10, TimeUnit.SECONDS))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("the pod was stopped; the creation was stopped at stage \"hanging\"");
        assertThat(undone.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(jobs.size()).isZero();
    }

    private static String hang(CountDownLatch waits) {
        waits.countDown();
        try {
            new CountDownLatch(1).await();
            return "never";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("interrupted", e);
        }
    }

    @Test
    void aJobThatIsStoppedWhereItMayNotBeInterruptedEndsAtItsNextStage() throws Exception {
        var heard = new CompletableFuture<Throwable>();
        var waits = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                jobs.createOrJoin(new Creation<>("a", new Owner("pod", "group"), "request", Optional::empty, stage -> {
                    waits.countDown();
                    assertThat(mayFinish.await(10, TimeUnit.SECONDS)).isTrue();
                    stage.enter("one that is never reached");
                    return "made";
                }));
            } catch (CriusException e) {
                heard.complete(e);
            }
        });
        assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
        jobs.stop("the daemon ends");
        mayFinish.countDown();

        assertThat(heard.get(10, TimeUnit.SECONDS))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("the daemon ends; the creation was stopped at stage \"pod creating\"");
    }

    @Test
    void moreThanMayRunWaitInLineAndMoreThanMayWaitAreRefused() throws Exception {
        for (String name : List.of("a", "b", "c", "d")) {
            assertThatThrownBy(() -> within(Duration.ofMillis(20), () -> jobs.createOrJoin(slow(name, "request"))))
                    .isInstanceOf(CriusException.DeadlineExceeded.class);
        }
        assertThatThrownBy(() -> jobs.createOrJoin(slow("e", "request")))
                .isInstanceOf(CriusException.ResourceExhausted.class)
                .hasMessageContaining("2 creations run and 2 wait in line");
        assertThat(jobs.all())
                .filteredOn(CreationJobs.Running::waits)
                .hasSize(2)
                .allSatisfy(job -> assertThat(job.stage()).startsWith("stage \"pod waiting in line\""));
        assertThat(begun.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(2);
        mayFinish.countDown();
        assertThat(jobs.settle(Deadline.after(Duration.ofSeconds(10)))).isZero();
        assertThat(made).hasSize(4);
        assertThat(jobs.createOrJoin(slow("e", "request"))).isEqualTo("made e");
    }

    private Creation<String, String> slow(String name, String request) {
        return new Creation<>(
                name,
                new Owner("owner of " + name, "group"),
                request,
                () -> Optional.ofNullable(made.get(name)),
                stage -> {
                    runs.incrementAndGet();
                    begun.release();
                    stage.enter("waiting for the test");
                    assertThat(mayFinish.await(10, TimeUnit.SECONDS)).isTrue();
                    made.put(name, "made " + name);
                    return "made " + name;
                });
    }

    private static <T> T within(Duration time, Callable<T> call) throws Exception {
        return ScopedValue.where(Deadline.CURRENT, Deadline.after(time)).call(call::call);
    }
}

package io.crius.server.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.server.job.CreationJobs.Creation;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CreationJobsTest {
    private final List<String> joined = new CopyOnWriteArrayList<>();
    private final CreationJobs<String, String> jobs = new CreationJobs<>("pod", joined::add);
    private final Map<String, String> made = new ConcurrentHashMap<>();
    private final AtomicInteger runs = new AtomicInteger();
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
        assertThatThrownBy(() -> within(Duration.ofMillis(50), () -> jobs.createOrJoin(slow("a", "request"))))
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
            assertThatThrownBy(() -> jobs.createOrJoin(new Creation<>("a", "", "request", Optional::empty, _ -> {
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

    private Creation<String, String> slow(String name, String request) {
        return new Creation<>(name, "owner of " + name, request, () -> Optional.ofNullable(made.get(name)), stage -> {
            runs.incrementAndGet();
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

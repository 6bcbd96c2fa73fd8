package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cgroup.CgroupLayout;
import io.crius.image.fixture.LogListener;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.server.explain.Leftover;
import io.crius.server.recovery.Steps.Hold;
import io.crius.server.recovery.WoundClock.Pause;
import io.crius.server.state.Container;
import io.crius.server.state.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon does from time to time, by a clock that the test winds. */
class RoundsTest {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration USUAL = Duration.ofHours(1);
    private static final Duration SOONER = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private final WoundClock clock = new WoundClock();
    private TestNode node;
    private TestDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(folder);
        daemon = daemon();
    }

    private TestDaemon daemon() {
        return new TestDaemon(
                node,
                new TestDaemon.Machine(
                        clock,
                        Thread.ofPlatform().factory(),
                        PodId::random,
                        ContainerId::random,
                        Optional.empty(),
                        CgroupLayout.detect()));
    }

    @AfterEach
    void end() throws IOException {
        node.steps.heal();
        daemon.removeEverything();
        daemon.close();
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void garbageIsCollectedTenSecondsAfterTheStartAndThenEveryHour() throws Exception {
        daemon.sweeper.start();
        Pause first = clock.next();
        assertThat(first.length()).isEqualTo(FIRST);
        assertThat(calls("collect garbage")).isEmpty();
        for (int round = 1; round <= 3; round++) {
            first.end();
            first = clock.next();
            assertThat(first.length()).isEqualTo(USUAL);
            assertThat(calls("collect garbage")).hasSize(round);
        }
    }

    @Test
    void aCollectionThatFailedComesAgainSooner() throws Exception {
        daemon.sweeper.start();
        node.steps.failAlways("collect garbage");
        clock.next().end();
        Pause afterFailure = clock.next();
        assertThat(afterFailure.length()).isEqualTo(SOONER);
        assertThat(daemon.sweeper.leftovers())
                .singleElement()
                .satisfies(left -> assertThat(left.problem()).contains("injected error"));
        node.steps.failNothing();
        afterFailure.end();
        assertThat(clock.next().length()).isEqualTo(USUAL);
        assertThat(daemon.sweeper.leftovers()).isEmpty();
        assertThat(calls("collect garbage")).hasSize(2);
    }

    @Test
    void networksOfRestoredPodsAreCheckedAfterTheStartAndThenEveryHour() throws Exception {
        Pod pod = daemon.runPod();
        Pod stopped = daemon.runPodNamed("db");
        daemon.stopPod(stopped);
        daemon.close();
        daemon = daemon().recover();
        assertThat(calls("check pod")).isEmpty();
        daemon.networkChecks.start();
        Pause pause = clock.next();
        assertThat(pause.length()).isEqualTo(FIRST);
        pause.end();
        pause = clock.next();
        assertThat(pause.length()).isEqualTo(USUAL);
        assertThat(calls("check pod")).containsExactly("check pod " + pod.id());
        pause.end();
        assertThat(clock.next().length()).isEqualTo(USUAL);
        assertThat(calls("check pod")).hasSize(2);
    }

    @Test
    void aBrokenNetworkIsToldOnceUntilItIsWholeAndEndsNothing() throws Exception {
        Pod pod = daemon.runPod();
        Pod other = daemon.runPodNamed("db");
        var lines = new CopyOnWriteArrayList<String>();
        try (LogListener _ = LogListener.of(NetworkChecks.class, lines::add)) {
            node.steps.failAlways("check pod " + pod.id());
            daemon.networkChecks.start();
            clock.next().end();
            Pause pause = clock.next();
            assertThat(pause.length()).isEqualTo(SOONER);
            assertThat(pod.networkProblem())
                    .hasValueSatisfying(problem -> assertThat(problem).contains("injected error"));
            assertThat(other.networkProblem()).isEmpty();
            assertThat(pod.isOpen()).isTrue();
            pause.end();
            pause = clock.next();
            node.steps.failNothing();
            pause.end();
            assertThat(clock.next().length()).isEqualTo(USUAL);
        }
        assertThat(pod.networkProblem()).isEmpty();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .startsWith("the network of pod " + pod.definition().name() + " is not as it was made: ")
                .contains("injected error");
        assertThat(lines.getLast()).endsWith("is as it was made again");
    }

    @Test
    void aCheckThatCameToNoEndSaysNeitherThatANetworkIsBrokenNorThatItIsWhole() throws Exception {
        Pod pod = daemon.runPod();
        var late = new CriusException.DeadlineExceeded("did not end in the time it had");
        var busy = new CriusException.Unavailable("try again later (code 11)");
        node.networks.findings.addAll(List.of(late, busy, new CriusException.Failed("no route"), late, busy));
        var lines = new CopyOnWriteArrayList<String>();
        try (LogListener _ = LogListener.of(NetworkChecks.class, lines::add)) {
            assertThat(daemon.networkChecks.check()).isTrue();
            assertThat(daemon.networkChecks.check()).isTrue();
            assertThat(pod.networkProblem()).isEmpty();
            for (int found = 0; found < 3; found++) {
                assertThat(daemon.networkChecks.check()).isFalse();
                assertThat(pod.networkProblem()).hasValue("no route");
            }
            assertThat(daemon.networkChecks.check()).isTrue();
        }
        assertThat(pod.networkProblem()).isEmpty();
        String name = pod.definition().name().toString();
        assertThat(lines)
                .containsExactly(
                        "the network of pod " + name + " could not be checked: did not end in the time it had",
                        "the network of pod " + name + " could not be checked: try again later (code 11)",
                        "the network of pod " + name + " is not as it was made: no route",
                        "the network of pod " + name + " could not be checked: did not end in the time it had",
                        "the network of pod " + name + " could not be checked: try again later (code 11)",
                        "the network of pod " + name + " is as it was made again");
    }

    @Test
    void aPluginThatHangsHoldsUpNeitherStartNorReadsNorOtherPods() throws Exception {
        Pod pod = daemon.runPod();
        daemon.close();
        Hold check = node.steps.hold("check pod " + pod.id());
        daemon = daemon().recover();
        daemon.networkChecks.start();
        clock.next().end();
        check.awaitReached();
        Pod found = daemon.registry.pod(pod.id().value());
        assertThat(found.networkProblem()).isEmpty();
        assertThat(daemon.ledger.all()).isEmpty();
        daemon.stopPod(daemon.runPodNamed("db"));
        check.release();
        assertThat(clock.next().length()).isEqualTo(USUAL);
    }

    @Test
    void whatAStopDoesToANetworkIsNoProblemOfIt() throws Exception {
        Pod pod = daemon.runPod();
        node.steps.failAlways("check pod");
        Hold check = node.steps.hold("check pod");
        var whole = CompletableFuture.supplyAsync(daemon.networkChecks::check);
        check.awaitReached();
        daemon.stopPod(pod);
        check.release();
        assertThat(whole.get()).isTrue();
        assertThat(pod.networkProblem()).isEmpty();
    }

    /** Compat: CRI-O's limits, whatever time the caller has left. */
    @Test
    void aPluginHasFiveMinutesForAPodAndOneToTakeItBack() {
        daemon.patience(Duration.ofSeconds(10));
        Pod pod = daemon.runPod();
        daemon.stopPod(pod);
        assertThat(node.networks.given.get("attach")).isBetween(Duration.ofSeconds(290), Duration.ofSeconds(300));
        assertThat(node.networks.given.get("detach")).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    }

    @Test
    void aRemovalThatHangsTheFirstTimeIsOwedAfterHalfAMinute() throws Exception {
        Container container = daemon.runContainer(daemon.runPod());
        String id = container.id().value();
        Hold delete = node.steps.hold("delete layer");
        daemon.removeContainer(container);
        delete.awaitReached();
        assertThat(daemon.removalsAreOver()).isFalse();
        daemon.lookWhatIsOwed();
        clock.putForward(Duration.ofSeconds(20));
        assertThat(daemon.ledger.all()).isEmpty();
        clock.putForward(Duration.ofSeconds(11));
        daemon.lookWhatIsOwed();
        assertThat(daemon.ledger.all()).singleElement().satisfies(left -> {
            assertThat(left.kind()).isEqualTo(Leftover.Kind.OWED);
            assertThat(left.id()).isEqualTo(id);
            assertThat(left.problem()).matches("the removal goes on since 3\\d s, at giving back what it held.*");
        });
        assertThat(daemon.ledger.arrears(id))
                .hasValueSatisfying(arrears -> assertThat(arrears.toString()).endsWith("(1 attempt, being tried)"));
        delete.release();
        daemon.awaitRemovals();
        assertThat(daemon.ledger.all()).isEmpty();
        assertThat(daemon.removalsAreOver()).isTrue();
    }

    private List<String> calls(String beginning) {
        return node.steps.log().stream()
                .filter(call -> call.startsWith(beginning))
                .toList();
    }
}

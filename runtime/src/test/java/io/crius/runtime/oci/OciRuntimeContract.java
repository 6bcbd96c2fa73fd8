package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.ErrnoException;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeState;
import io.crius.runtime.SignalOutcome;
import io.crius.runtime.StopSignal;
import io.crius.runtime.exit.ContainerExit;
import io.crius.runtime.exit.ContainerExit.Memory;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.runtime.exit.Recovered;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link OciRuntime} promises, whatever the runtime; each test must leave nothing on the machine. */
abstract class OciRuntimeContract {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final List<Integer> CODES = List.of(0, 1, 2, 42, 126, 127, 128, 137, 254, 255);

    BusyboxNode node;

    abstract Path program();

    @BeforeEach
    void makeNode() throws Exception {
        node = BusyboxNode.open(program());
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void aContainerIsCreatedStartedAndDeleted() {
        ContainerBundle bundle = node.bundle("/bin/sleep", "1000");

        RuntimeContainer container = node.create(bundle);

        assertThat(status(container)).isEqualTo(RuntimeState.Status.CREATED);
        node.runtime.start(container);
        assertThat(status(container)).isEqualTo(RuntimeState.Status.RUNNING);
        assertThat(node.runtime.state(container).orElseThrow().pid())
                .hasValue(container.init().pid());
        node.delete(bundle);
        assertThat(node.runtime.state(container)).isEmpty();
        node.delete(bundle);
    }

    @Test
    void aKillInASharedPidNamespaceDoesNotNeedTheRuntime() throws Exception {
        RuntimeContainer container = node.start(node.bundle("/bin/sleep", "1000"));
        ContainerBundle bundle = container.bundle();
        RuntimeHandler gone = BusyboxNode.handler(
                "gone", node.root.resolve("no-such-runtime"), bundle.handler().root(), LONG);
        var shared = new ContainerBundle(
                bundle.id(),
                bundle.name(),
                gone,
                bundle.folders(),
                bundle.cgroupParent(),
                bundle.log(),
                bundle.streams(),
                PidNamespace.SHARED);
        assertThat(node.runtime.signal(
                        new RuntimeContainer(shared, container.init(), container.monitor()), StopSignal.KILL))
                .isEqualTo(SignalOutcome.DELIVERED);
        assertThat(node.ends.await(container.id()).exitCode()).hasValue(137);
    }

    @Test
    void exitCodesAreTold() throws Exception {
        var running = new ArrayList<RuntimeContainer>();
        for (int code : CODES) {
            running.add(node.start(node.shell("exit " + code)));
        }
        var codes = new ArrayList<Integer>();
        for (RuntimeContainer container : running) {
            ContainerExit exit = node.ends.await(container.id());
            codes.add(exit.exitCode().orElse(-1));
            assertThat(exit.finishedAt()).isBetween(Instant.now().minusSeconds(60), Instant.now());
            assertThat(exit.memory()).isEqualTo(Memory.SUFFICED);
        }
        assertThat(codes).containsExactlyElementsOf(CODES);
    }

    @Test
    void anExitIsToldOnce() throws Exception {
        ContainerBundle bundle = node.shell("exit 3");
        RuntimeContainer container = node.start(bundle);
        node.ends.await(container.id());

        node.delete(bundle);

        assertThat(node.ends.exits.get(container.id())).hasSize(1);
        assertThat(node.ends.lost).isEmpty();
    }

    @Test
    void signalsReachTheFirstProcess() throws Exception {
        RuntimeContainer term = node.start(node.shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done"));
        RuntimeContainer realtime =
                node.start(node.shell("trap 'exit 9' 37; echo ready; while :; do sleep 0.01; done"));
        RuntimeContainer kill = node.start(node.bundle("/bin/sleep", "1000"));
        node.awaitLog(term, "ready");
        node.awaitLog(realtime, "ready");

        assertThat(node.runtime.signal(term, StopSignal.TERM)).isEqualTo(SignalOutcome.DELIVERED);
        assertThat(node.runtime.signal(realtime, StopSignal.parse("RTMIN+3"))).isEqualTo(SignalOutcome.DELIVERED);
        assertThat(node.runtime.signal(kill, StopSignal.KILL)).isEqualTo(SignalOutcome.DELIVERED);

        assertThat(node.ends.await(term.id()).exitCode()).hasValue(7);
        assertThat(node.ends.await(realtime.id()).exitCode()).hasValue(9);
        assertThat(node.ends.await(kill.id()).exitCode()).hasValue(137);
        assertThat(node.runtime.signal(kill, StopSignal.TERM)).isEqualTo(SignalOutcome.ALREADY_GONE);
        node.runtime.killRemaining(kill);
    }

    @Test
    void aContainerThatWasNeverStartedCanBeKilled() throws Exception {
        RuntimeContainer container = node.create(node.bundle("/bin/sleep", "1000"));

        assertThat(node.runtime.signal(container, StopSignal.KILL)).isEqualTo(SignalOutcome.DELIVERED);

        assertThat(node.ends.await(container.id()).exitCode()).hasValue(137);
    }

    @Test
    void killingForWantOfMemoryIsTold() throws Exception {
        UnaryOperator<JsonObject> limited = specification -> node.withMemoryLimit(specification, 8 << 20);
        RuntimeContainer container =
                node.start(node.bundle(limited, "/bin/sh", "-c", "head -c 100000000 /dev/zero | tail -c 99999999"));

        ContainerExit exit = node.ends.await(container.id());

        assertThat(exit.memory()).isEqualTo(Memory.OUT_OF_MEMORY);
    }

    @Test
    void aMissingCommandIsNamedAndEverythingIsTakenBack() {
        ContainerBundle bundle = node.bundle("/bin/nosuch");

        assertThatThrownBy(() -> node.create(bundle))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("container create failed")
                .hasMessageContaining("/bin/nosuch")
                .hasMessageContaining(bundle.id().value());

        assertThat(node.filesOf(bundle)).containsExactly("config.json");
        assertThat(bundle.log().path()).doesNotExist();
    }

    @Test
    void aBundleThatMakesNoSenseIsRefusedWithTheRuntimesWords() throws Exception {
        ContainerBundle bundle = node.bundle("/bin/true");
        Files.writeString(bundle.folders().bundle().resolve("config.json"), "{]");

        assertThatThrownBy(() -> node.create(bundle))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageStartingWith("container create failed: ")
                .hasMessageContaining(program().toString());
    }

    @Test
    void aStuckCreationIsKilledAfterItsTimeout() throws Exception {
        Path stuck = node.root.resolve("stuck");
        // Hangs in create as a runtime on a dead disk does, with a child of its own; delete works.
        Files.writeString(stuck, """
                #!/bin/sh
                case "$*" in *create*) echo oops >&2; sleep 1000 & wait;; esac
                """);
        Files.setPosixFilePermissions(stuck, PosixFilePermissions.fromString("rwxr-xr-x"));
        RuntimeHandler handler =
                BusyboxNode.handler("stuck", stuck, node.root.resolve("state"), Duration.ofMillis(500));
        ContainerBundle bundle = node.bundle(handler, UnaryOperator.identity(), "/bin/true");

        assertThatThrownBy(() -> node.create(bundle))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageStartingWith("container create timeout")
                .hasMessageContaining(stuck.toString());

        assertThat(node.filesOf(bundle)).containsExactly("config.json");
    }

    @Test
    void theCallersDeadlineEndsACreation() {
        ContainerBundle bundle = node.bundle("/bin/true");
        Deadline over = Deadline.after(Duration.ofMillis(1));

        assertThatThrownBy(() -> ScopedValue.where(Deadline.CURRENT, over).call(() -> node.create(bundle)))
                .isInstanceOf(CriusException.DeadlineExceeded.class);

        assertThat(node.filesOf(bundle)).containsExactly("config.json");
        assertThat(node.start(bundle).id()).isEqualTo(bundle.id());
    }

    /** The deadlines fall into every stage of a creation; the node's own check at the end finds what any of them left. */
    @Test
    void aCreationThatIsKilledAtAnyMomentLeavesNothing() {
        int killed = 0;
        for (int millis = 1; millis < 120; millis += 3) {
            ContainerBundle bundle = node.bundle("/bin/true");
            Deadline soon = Deadline.after(Duration.ofMillis(millis));
            try {
                ScopedValue.where(Deadline.CURRENT, soon).run(() -> node.create(bundle));
            } catch (CriusException.DeadlineExceeded e) {
                assertThat(e.getSuppressed()).as("after %d ms", millis).isEmpty();
                assertThat(node.filesOf(bundle)).as("after %d ms", millis).containsExactly("config.json");
                node.forgetDeleted(bundle);
                killed++;
            }
        }
        assertThat(killed).isPositive();
    }

    /** It opens the log before it waits to be told. */
    @Test
    void aMonitorThatEndsBeforeItIsToldIsReportedWithItsWords() throws Exception {
        ContainerBundle bundle = node.bundle("/bin/true");
        Files.createDirectories(bundle.log().path());

        assertThatThrownBy(() -> node.create(bundle))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("conmon ended with 1: ")
                .hasMessageContaining("Is a directory");

        Files.delete(bundle.log().path());
    }

    @Test
    void aCreationThatIsGivenUpLeavesNoMonitorAndNoLog() {
        ContainerBundle bundle = node.bundle("/bin/true");

        node.runtime.begin(bundle).close();

        assertThat(node.isRunning(bundle.id().value())).isFalse();
        assertThat(bundle.log().path()).doesNotExist();
        assertThat(node.start(bundle).id()).isEqualTo(bundle.id());
    }

    /** Its caller is interrupted, and again while it waits for the monitor so that it can end it. */
    @Test
    void aMonitorThatStartsAfterItsCreationWasGivenUpIsEnded() throws Exception {
        ContainerBundle bundle = node.bundle("/bin/true");
        var processes = new HeldProcesses(node.linux.processes());
        var outcome = new CompletableFuture<String>();
        Thread creating = Thread.ofPlatform().start(() -> {
            try {
                node.runtime(processes).create(bundle);
            } catch (CriusException.Cancelled e) {
                outcome.complete(e.getMessage());
            }
        });
        processes.awaitHeld();
        Conditions.await(
                LONG,
                () -> {
                    creating.interrupt();
                    return outcome.isDone();
                },
                done -> done);
        assertThat(outcome)
                .isCompletedWithValue("create container " + bundle.id() + ": start its monitor: the caller went away");
        Files.writeString(bundle.log().path(), "of a later attempt\n");

        long monitor = processes.release();

        assertThat(Conditions.await(LONG, () -> node.linux.processes().stat(monitor), Optional::isEmpty))
                .isEmpty();
        assertThat(node.filesOf(bundle)).containsExactly("config.json");
        assertThat(bundle.log().path()).content().startsWith("of a later attempt\n");
    }

    @Test
    void aLogThatWasThereBeforeOutlivesAFailedCreation() throws Exception {
        ContainerBundle bundle = node.bundle("/bin/nosuch");
        Files.createDirectories(bundle.log().path().getParent());
        Files.writeString(bundle.log().path(), "of another\n");

        node.runtime.begin(bundle).close();
        assertThatThrownBy(() -> node.create(bundle)).isInstanceOf(CriusException.InvalidArgument.class);

        assertThat(bundle.log().path()).content().startsWith("of another\n");
        Files.delete(bundle.log().path());
    }

    /** As after the daemon's death between a monitor's start and the end of its creation. */
    @Test
    void deletingEndsACreationThatGoesOn() throws Exception {
        Path slow = node.root.resolve("slow");
        Files.writeString(slow, """
                #!/bin/sh
                case "$*" in *create*) sleep 1000 & wait;; esac
                """);
        Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
        RuntimeHandler handler = BusyboxNode.handler("slow", slow, node.root.resolve("state"), LONG);
        ContainerBundle bundle = node.bundle(handler, UnaryOperator.identity(), "/bin/true");
        Thread creating = Thread.ofVirtual().start(() -> {
            try {
                node.create(bundle);
            } catch (CriusException _) {
                // its monitor is killed below
            }
        });
        Conditions.await(LONG, () -> node.isRunning("slow"), running -> running);

        node.runtime.delete(bundle);

        creating.join();
        assertThat(node.isRunning("slow")).isFalse();
        assertThat(node.isRunning(bundle.id().value())).isFalse();
    }

    @Test
    void aMissingMonitorIsNamed() {
        RuntimeHandler handler = BusyboxNode.withMonitor(node.handler, Path.of("/nonexistent/conmon"));
        ContainerBundle bundle = node.bundle(handler, UnaryOperator.identity(), "/bin/true");

        assertThatThrownBy(() -> node.create(bundle))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("/nonexistent/conmon")
                .hasMessageContaining("ENOENT");
    }

    @Test
    void startingTwiceIsRefused() {
        RuntimeContainer container = node.start(node.bundle("/bin/sleep", "1000"));

        assertThatThrownBy(() -> node.runtime.start(container))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("start container " + container.id());
    }

    @Test
    void aPausedContainerIsFrozenUntilItIsResumed() {
        RuntimeContainer container = node.start(node.bundle("/bin/sleep", "1000"));

        node.runtime.pause(container);

        assertThat(status(container)).isEqualTo(RuntimeState.Status.PAUSED);
        node.runtime.resume(container);
        assertThat(status(container)).isEqualTo(RuntimeState.Status.RUNNING);
    }

    @Test
    void resourcesAreUpdated() throws Exception {
        ContainerBundle bundle = node.bundle("/bin/sleep", "1000");
        RuntimeContainer container = node.start(bundle);
        JsonObject memory = JsonObject.builder()
                .put("memory", JsonObject.builder().put("limit", 64 << 20).build())
                .build();

        node.runtime.update(container, memory);

        assertThat(node.memoryLimit(bundle)).isEqualTo(64 << 20);
    }

    @Test
    void theLossOfTheMonitorIsTold() throws Exception {
        RuntimeContainer container = node.start(node.bundle("/bin/sleep", "1000"));

        node.linux.processes().kill(container.monitor().orElseThrow().pid(), 9);

        List<?> lost = Conditions.await(LONG, () -> node.ends.lost, list -> !list.isEmpty());
        assertThat(lost).hasSize(1);
        assertThat(node.ends.exits).isEmpty();
        node.runtime.signal(container, StopSignal.KILL);
        // The first process became a child of this one when its monitor died: its exit code is not lost.
        assertThat(node.ends.await(container.id()).exitCode()).hasValue(137);
    }

    @Test
    void anotherWatcherFindsALivingContainerAndFollowsIt() throws Exception {
        RuntimeContainer container =
                node.start(node.shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done"));
        node.awaitLog(container, "ready");
        node.watcher().close();
        var ends = new Ends();

        try (ExitWatcher restarted = node.watcher(ends)) {
            assertThat(restarted.recover(container)).isEqualTo(new Recovered.Alive());
            node.runtime.signal(container, StopSignal.TERM);
            assertThat(ends.await(container.id()).exitCode()).hasValue(5);
        }
    }

    @Test
    void anotherWatcherFindsHowAContainerEndedMeanwhile() throws Exception {
        RuntimeContainer container = node.start(node.shell("exit 6"));
        node.ends.await(container.id());
        node.watcher().close();

        try (ExitWatcher restarted = node.watcher(new Ends())) {
            assertThat(restarted.recover(container))
                    .isInstanceOfSatisfying(
                            Recovered.Exited.class,
                            exited -> assertThat(exited.exit().exitCode()).hasValue(6));
        }
    }

    @Test
    void anExitThatNobodyWroteDownIsUnknown() throws Exception {
        RuntimeContainer container = node.start(node.shell("exit 6"));
        node.ends.await(container.id());
        node.watcher().close();
        Files.delete(node.places.exitDir().resolve(container.id().value()));
        Files.delete(container.folders().persistent().resolve("exit"));

        try (ExitWatcher restarted = node.watcher(new Ends())) {
            assertThat(restarted.recover(container))
                    .isInstanceOfSatisfying(
                            Recovered.Exited.class,
                            exited -> assertThat(exited.exit().exitCode()).isEmpty());
        }
    }

    @Test
    void aMonitorThatSomebodyHasStoppedGoesOnWhenItsContainerHasEnded() throws Exception {
        RuntimeContainer container = node.start(node.bundle("/bin/sleep", "1000"));
        stop(container);

        node.runtime.signal(container, StopSignal.KILL);

        assertThat(node.ends.await(container.id()).exitCode()).hasValue(137);
    }

    @Test
    void aMonitorThatIsLateIsAwaitedButNotForever() throws Exception {
        RuntimeContainer late = node.start(node.bundle("/bin/sleep", "1000"));
        RuntimeContainer hanging = node.start(node.bundle("/bin/sleep", "1000"));
        try (Frozen lateMonitor = Frozen.monitorOf(late);
                Frozen _ = Frozen.monitorOf(hanging)) {
            node.runtime.signal(late, StopSignal.KILL);
            node.runtime.signal(hanging, StopSignal.KILL);
            assertThat(node.ends.exits).isEmpty();
            lateMonitor.thaw();

            assertThat(node.ends.await(late.id()).exitCode()).hasValue(137);
            assertThat(node.ends.await(hanging.id()).exitCode()).isEmpty();
        }
    }

    @Test
    void aMonitorThatIsLateIsAwaitedByAnotherWatcherToo() throws Exception {
        RuntimeContainer container = node.start(node.bundle("/bin/sleep", "1000"));
        node.watcher().close();
        stop(container);
        node.runtime.signal(container, StopSignal.KILL);
        Conditions.await(
                LONG,
                () -> node.linux.processes().stat(container.init().pid()),
                stat -> stat.filter(it -> !it.isDead()).isEmpty());

        try (ExitWatcher restarted = node.watcher(new Ends())) {
            Thread.ofVirtual().start(() -> resume(container));
            assertThat(restarted.recover(container))
                    .isInstanceOfSatisfying(
                            Recovered.Exited.class,
                            exited -> assertThat(exited.exit().exitCode()).hasValue(137));
        }
    }

    private void stop(RuntimeContainer container) {
        signalMonitor(container, new StopSignal(19));
    }

    private void resume(RuntimeContainer container) {
        signalMonitor(container, new StopSignal(18));
    }

    private void signalMonitor(RuntimeContainer container, StopSignal signal) {
        try {
            node.linux.processes().kill(container.monitor().orElseThrow().pid(), signal.number());
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFolderOfExitsThatWasRemovedIsMadeAnew() throws Exception {
        RuntimeContainer first = node.start(node.shell("echo ready; sleep 1000"));
        node.awaitLog(first, "ready");
        Files.delete(node.places.exitDir());
        assertThat(Conditions.await(LONG, () -> Files.isDirectory(node.places.exitDir()), made -> made))
                .isTrue();

        node.runtime.signal(first, StopSignal.KILL);

        assertThat(node.ends.await(first.id()).exitCode()).hasValue(137);
    }

    private RuntimeState.Status status(RuntimeContainer container) {
        return node.runtime.state(container).orElseThrow().status();
    }
}

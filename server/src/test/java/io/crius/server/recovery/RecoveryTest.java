package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.image.fixture.LogListener;
import io.crius.linux.MountInfo;
import io.crius.linux.NamespaceKind;
import io.crius.linux.PinRequest;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.runtime.exit.ContainerExit;
import io.crius.server.container.ContainerView;
import io.crius.server.edge.WireRequests;
import io.crius.server.explain.Leftover;
import io.crius.server.journal.Journal;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.JournalFolder;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import io.crius.storage.NewContainer;
import io.crius.storage.StoredContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon makes of what it finds: after a restart, a reboot, a loss of journals. */
class RecoveryTest {
    @TempDir
    Path folder;

    private TestNode node;

    @BeforeEach
    void makeNode() throws IOException {
        node = new TestNode(folder);
    }

    private static ContainerState.Exit exit(TestDaemon daemon, Container container) {
        assertThat(container.over()).succeedsWithin(Duration.ofSeconds(10));
        return ((ContainerState.Exited)
                        daemon.registry.container(container.id().value()).state())
                .exit();
    }

    @Test
    void changedLimitsAreKnownAgainWhateverWasWrittenAfterThem() throws Exception {
        var limits = new LinuxResources(
                1, 2, 3, 4, 5, 6, "0-1", "0", List.of(new LinuxResources.HugepageLimit("2MB", 7)), Map.of("a.b", "c"));
        Container container;
        try (var daemon = new TestDaemon(node)) {
            container = daemon.createContainer(daemon.runPod());
            container.limit(LinuxResources.NONE);
            container.limit(limits);
            daemon.startContainer(container);
        }
        try (var daemon = TestDaemon.recovered(node)) {
            Container found = daemon.registry.container(container.id().value());
            assertThat(found.resources()).isEqualTo(limits);
            assertThat(found.state()).isInstanceOf(ContainerState.Running.class);
            found.limit(LinuxResources.NONE);
        }
        try (var daemon = TestDaemon.recovered(node)) {
            Container found = daemon.registry.container(container.id().value());
            assertThat(found.resources()).isEqualTo(LinuxResources.NONE);
            assertThat(found.state()).isInstanceOf(ContainerState.Running.class);
            daemon.removeEverything();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void whatEndedWhileNobodyWatchedHasItsExitCode() throws Exception {
        Container container;
        try (var daemon = new TestDaemon(node)) {
            container = daemon.runContainer(daemon.runPod());
        }
        node.runtime.end(container.id(), 42);
        try (var daemon = TestDaemon.recovered(node)) {
            Container found = daemon.registry.container(container.id().value());
            assertThat(exit(daemon, found).code()).contains(42);
            daemon.removeEverything();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void afterARebootPodsAreStoppedAndExitCodesAreUnknownOrKept() throws Exception {
        Container running;
        Container ended;
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            ended = daemon.runContainer(pod, "ended");
            node.runtime.end(ended.id(), 3);
            assertThat(exit(daemon, ended).code()).contains(3);
            running = daemon.runContainer(pod);
        }
        node.reboot();
        try (var daemon = TestDaemon.recovered(node)) {
            Pod pod = daemon.registry.pods().findFirst().orElseThrow();
            assertThat(pod.state()).isInstanceOf(PodState.Stopped.class);
            Container found = daemon.registry.container(running.id().value());
            assertThat(exit(daemon, found).code()).isEmpty();
            assertThat(exit(daemon, found).message()).contains("the exit code was lost");
            assertThat(exit(daemon, daemon.registry.container(ended.id().value()))
                            .code())
                    .contains(3);
            daemon.reconcile();
            assertThat(pod.state())
                    .isInstanceOfSatisfying(
                            PodState.Stopped.class,
                            stopped -> assertThat(stopped.givenBack()).isTrue());
            daemon.removePod(pod);
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void aContainerDoesNotEndBeforeItWasStarted() throws Exception {
        try (var daemon = new TestDaemon(node)) {
            Container container = daemon.runContainer(daemon.runPod());
            Instant started = ((ContainerState.Running) container.state()).startedAt();
            daemon.listener.exited(new ContainerExit(
                    container.id(), OptionalInt.of(0), started.minusMillis(4), ContainerExit.Memory.SUFFICED));
            assertThat(exit(daemon, container).finishedAt()).isEqualTo(started);
            daemon.removeEverything();
        }
    }

    @Test
    void whatNoJournalKnowsIsSweptAwayAndNothingElse() throws Exception {
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            PodId lost = PodId.random();
            Path pin = pin(lost);
            node.steps.failAlways("unpin");
            assertThat(daemon.sweeper.sweep()).isFalse();
            assertThat(pin).exists();
            node.steps.heal();
            assertThat(daemon.sweeper.sweep()).isTrue();
            assertThat(pin).doesNotExist();
            assertThat(pod.definition().plan().networkNamespace().orElseThrow()).exists();
            assertThat(node.networks.leftovers()).hasSize(1);
            daemon.removeEverything();
            assertThat(node.leftovers()).isEmpty();
        }
    }

    /** The folders of a pod and the mount of an image, whose journals went with the power. */
    @Test
    void filesOfPodsAndMountsOfImagesThatNoJournalKnowsAreSweptAwayUnlessAProcessUsesThem() throws Exception {
        Pod lost;
        try (var daemon = new TestDaemon(node)) {
            daemon.createContainer(daemon.runPod());
            lost = daemon.registry.pods().findFirst().orElseThrow();
        }
        forgetJournals(lost);
        Path files = lost.definition().plan().runFolder();
        Path image = node.images().resolve(FakeStore.IMAGE.value());
        try (var daemon = TestDaemon.recovered(node)) {
            Pod known = daemon.runPodNamed("known");
            Process user = new ProcessBuilder("sh", "-c", "read line", files + "/pause").start();
            try {
                assertThat(daemon.sweeper.sweep()).isTrue();
                assertThat(files).exists();
                assertThat(daemon.ledger.all())
                        .filteredOn(leftover -> leftover.what().contains(files.toString()))
                        .singleElement()
                        .satisfies(leftover -> {
                            assertThat(leftover.kind()).isEqualTo(Leftover.Kind.ORPHAN);
                            assertThat(leftover.problem()).isEqualTo("used by [process " + user.pid() + "]");
                        });
            } finally {
                user.destroyForcibly().waitFor();
            }
            assertThat(daemon.sweeper.sweep()).isTrue();
            assertThat(files).doesNotExist();
            assertThat(image).doesNotExist();
            assertThat(node.fakeLinux.mounts().list())
                    .extracting(MountInfo::mountPoint)
                    .noneMatch(point -> point.startsWith(files) || point.equals(image));
            assertThat(known.definition().plan().runFolder()).exists();
        }
    }

    private void forgetJournals(Pod pod) throws IOException {
        Path journals = node.pods().resolve(pod.id().value());
        try (Stream<Path> all = Files.list(journals)) {
            for (Path journal : all.toList()) {
                Files.delete(journal);
            }
        }
        Files.delete(journals);
    }

    @Test
    void mountsOfImagesStayWhereAJournalCannotBeRead() throws Exception {
        Container container;
        try (var daemon = new TestDaemon(node)) {
            container = daemon.createContainer(daemon.runPod());
        }
        damage(container, 2);
        try (var daemon = TestDaemon.recovered(node)) {
            assertThat(daemon.sweeper.sweep()).isTrue();
            assertThat(node.images().resolve(FakeStore.IMAGE.value())).exists();
        }
    }

    @Test
    void aPodWhoseJournalCannotBeReadKeepsWhatItHas() throws Exception {
        Pod pod;
        try (var daemon = new TestDaemon(node)) {
            pod = daemon.runPod();
        }
        Path journal = node.pods().resolve(pod.id().value()).resolve("pod.journal");
        Files.writeString(journal, "written by somebody else\n");
        try (var daemon = TestDaemon.recovered(node)) {
            assertThat(daemon.registry.everyPod()).isEmpty();
            assertThat(daemon.sweeper.sweep()).isTrue();
            assertThat(pod.definition().plan().networkNamespace().orElseThrow()).exists();
            assertThat(node.networks.leftovers()).hasSize(1);
            assertThat(journal).hasContent("written by somebody else\n");
            assertThat(daemon.ledger.all()).singleElement().satisfies(leftover -> {
                assertThat(leftover.kind()).isEqualTo(Leftover.Kind.QUARANTINED);
                assertThat(leftover.id()).isEqualTo(pod.id().value());
                assertThat(leftover.what()).contains(journal.toString());
                assertThat(leftover.problem()).contains("does not begin with \"crius-journal 1\"");
            });
        }
    }

    /** Flips a bit in a line of a container's journal; the first is the header, the second what the container is. */
    private Path damage(Container container, int line) throws Exception {
        Path journal = node.pods()
                .resolve(container.definition().pod().value())
                .resolve(container.id().value() + ".journal");
        List<String> lines = new ArrayList<>(Files.readAllLines(journal));
        assertThat(lines).hasSizeGreaterThan(line);
        String whole = lines.get(line - 1);
        char damaged = (char) (whole.charAt(20) ^ 1);
        lines.set(line - 1, whole.substring(0, 20) + damaged + whole.substring(21));
        Files.writeString(journal, String.join("\n", lines) + "\n");
        return journal;
    }

    private static void until(BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it does not come to hold").isLessThan(end);
            Thread.sleep(10);
        }
    }

    private static ContainerView unknown(TestDaemon daemon, Container container) {
        ContainerView view =
                ContainerView.of(daemon.registry.container(container.id().value()));
        assertThat(view.phase()).isEqualTo(ContainerView.Phase.UNKNOWN);
        assertThat(view.reason()).isEqualTo("Unknown");
        assertThat(view.finishedAt()).isEmpty();
        return view;
    }

    @Test
    void aContainerOfADamagedJournalIsUnknownUntilItIsSeenToEnd() throws Exception {
        Container container;
        try (var daemon = new TestDaemon(node)) {
            container = daemon.runContainer(daemon.runPod());
            container.limit(LinuxResources.NONE);
        }
        Path journal = damage(container, 4);
        byte[] before = Files.readAllBytes(journal);
        try (var daemon = TestDaemon.recovered(node)) {
            ContainerView view = unknown(daemon, container);
            assertThat(view.message())
                    .startsWith("its state cannot be told: its journal is damaged: journal " + journal);
            assertThat(node.runtime.lives(container.id())).isTrue();
            assertThat(daemon.ledger.all()).extracting(Leftover::kind).containsExactly(Leftover.Kind.QUARANTINED);
            node.runtime.end(container.id(), 7);
            Container found = daemon.registry.container(container.id().value());
            assertThat(exit(daemon, found).code()).contains(7);
            assertThat(journal).hasBinaryContent(before);
            daemon.removeEverything();
            assertThat(journal).doesNotExist();
            assertThat(daemon.ledger.all()).isEmpty();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void whatIsWholeBehindADamageCounts() throws Exception {
        Container container;
        try (var daemon = new TestDaemon(node)) {
            container = daemon.runContainer(daemon.runPod());
        }
        damage(container, 3);
        try (var daemon = TestDaemon.recovered(node)) {
            unknown(daemon, container);
            node.runtime.end(container.id(), 9);
            Container found = daemon.registry.container(container.id().value());
            assertThat(exit(daemon, found).code())
                    .as("of the record that says that it runs")
                    .contains(9);
            daemon.removeEverything();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void aContainerOfWhichNoProcessIsKnownCanBeStoppedAndRemoved() throws Exception {
        Container stopped;
        Container removed;
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            stopped = daemon.runContainer(pod, "stopped");
            removed = daemon.runContainer(pod, "removed");
            stopped.limit(LinuxResources.NONE);
            removed.limit(LinuxResources.NONE);
        }
        damage(stopped, 3);
        damage(stopped, 4);
        damage(removed, 3);
        damage(removed, 4);
        try (var daemon = TestDaemon.recovered(node)) {
            unknown(daemon, stopped);
            unknown(daemon, removed);
            Container found = daemon.registry.container(stopped.id().value());
            daemon.stopContainer(found);
            assertThat(node.runtime.lives(stopped.id())).isFalse();
            assertThat(found.state()).isInstanceOfSatisfying(ContainerState.Exited.class, exited -> {
                assertThat(exited.exit().code()).isEmpty();
                assertThat(exited.exit().message()).startsWith("killed while its state was not known");
            });
            daemon.removeEverything();
            assertThat(node.runtime.lives(removed.id())).isFalse();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void whereTheRuntimeDoesNotTellTheContainerIsUnknownUntilItDoes() throws Exception {
        Container container;
        try (var daemon = new TestDaemon(node)) {
            container = daemon.createContainer(daemon.runPod());
        }
        node.runtime.silent = true;
        try (var daemon = TestDaemon.recovered(node)) {
            assertThat(unknown(daemon, container).message()).endsWith("it says nothing");
            node.runtime.forgetful = true;
            node.runtime.silent = false;
            until(() -> ContainerView.of(
                            daemon.registry.container(container.id().value()))
                    .message()
                    .contains("lives, but"));
            assertThat(unknown(daemon, container).message()).endsWith("does not know the container");
            node.runtime.forgetful = false;
            until(() -> daemon.registry.container(container.id().value()).state() instanceof ContainerState.Created);
            daemon.removeEverything();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void aRuntimeThatHangsForOneContainerKeepsNoOtherUnknownAndIsToldOnce() throws Exception {
        Container hanging;
        Container other;
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            hanging = daemon.createContainer(pod);
            other = daemon.createContainer(pod, "other");
        }
        node.runtime.silent = true;
        var answer = new CompletableFuture<Void>();
        var lines = new CopyOnWriteArrayList<String>();
        try (LogListener _ = LogListener.of(Recovery.class, lines::add);
                var daemon = TestDaemon.recovered(node)) {
            assertThat(unknown(daemon, hanging).message()).endsWith("it says nothing");
            node.runtime.hanging.put(hanging.id(), answer);
            int looks = node.runtime.looks(other.id());
            until(() -> node.runtime.looks(other.id()) > looks + 1);
            node.runtime.silent = false;
            until(() -> daemon.registry.container(other.id().value()).state() instanceof ContainerState.Created);
            assertThat(daemon.registry.container(hanging.id().value()).state())
                    .isInstanceOf(ContainerState.Unknown.class);
            var _ = answer.complete(null);
            until(() -> daemon.registry.container(hanging.id().value()).state() instanceof ContainerState.Created);
            assertThat(lines.stream().filter(line -> line.contains("could not be looked at")))
                    .hasSize(2);
            daemon.removeEverything();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void aPodWhoseStopTheDaemonDidNotSurviveIsNotReady() throws Exception {
        Pod pod;
        try (var daemon = new TestDaemon(node)) {
            pod = daemon.runPod();
            daemon.patience(Duration.ofSeconds(1));
            node.steps.failAt(1, Steps.Fault.DAEMON_DIES_AFTER_IT);
            assertThatThrownBy(() -> daemon.stopPod(pod)).isInstanceOf(CriusException.class);
            assertThat(node.steps.hit()).startsWith("detach pod");
        }
        node.steps.heal();
        try (var daemon = TestDaemon.recovered(node)) {
            Pod found = daemon.registry.pod(pod.id().value());
            assertThat(found.state())
                    .isInstanceOfSatisfying(
                            PodState.Stopped.class,
                            stopped -> assertThat(stopped.givenBack()).isFalse());
            daemon.reconcile();
            assertThat(found.state())
                    .isInstanceOfSatisfying(
                            PodState.Stopped.class,
                            stopped -> assertThat(stopped.givenBack()).isTrue());
            daemon.removeEverything();
            assertThat(node.leftovers()).isEmpty();
        }
    }

    /** Kernel: proc(5), nothing is mapped at the first address of a process's memory, so reading it is an I/O error. */
    @Test
    void aJournalThatCannotBeReadIsNotTakenForDamagedAndTheDaemonDoesNotStartWithoutIt() throws Exception {
        Pod pod;
        try (var daemon = new TestDaemon(node)) {
            pod = daemon.runPod();
        }
        Path journal = node.pods().resolve(pod.id().value()).resolve("pod.journal");
        Path good = Files.move(journal, folder.resolve("good"));
        Files.createSymbolicLink(journal, Path.of("/proc/self/mem"));
        try (var daemon = new TestDaemon(node)) {
            assertThatThrownBy(daemon::recover)
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining("journal " + journal)
                    .hasMessageContaining("Input/output error")
                    .hasMessageContaining("the daemon does not start without it: make it readable, or move it away");
            assertThat(daemon.registry.quarantined()).isEmpty();
        }
        Files.move(good, journal, StandardCopyOption.REPLACE_EXISTING);
        try (var daemon = TestDaemon.recovered(node)) {
            assertThat(daemon.registry.pods()).extracting(Pod::id).containsExactly(pod.id());
            daemon.removeEverything();
            assertThat(node.leftovers()).isEmpty();
        }
    }

    @Test
    void whatCannotBeSweptAwayIsToldWithItsReason() throws Exception {
        try (var daemon = new TestDaemon(node)) {
            daemon.runPod();
            Path pin = pin(PodId.random());
            node.steps.failAlways("unpin");
            daemon.sweeper.sweep();
            daemon.sweeper.sweep();
            assertThat(daemon.ledger.all()).singleElement().satisfies(leftover -> {
                assertThat(leftover.kind()).isEqualTo(Leftover.Kind.ORPHAN);
                assertThat(leftover.what()).isEqualTo("namespaces of unknown pods");
                assertThat(leftover.problem()).contains(pin.toString(), "injected error");
                assertThat(leftover.attempts()).isEqualTo(2);
            });
            node.steps.heal();
            daemon.sweeper.sweep();
            assertThat(daemon.ledger.all()).isEmpty();
        }
    }

    @Test
    void whatIsOwedIsToldUntilItIsGivenBack() throws Exception {
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            node.steps.failAlways("unpin");
            daemon.removePod(pod);
            daemon.reconcile();
            assertThat(daemon.ledger.all()).singleElement().satisfies(leftover -> {
                assertThat(leftover.kind()).isEqualTo(Leftover.Kind.OWED);
                assertThat(leftover.id()).isEqualTo(pod.id().value());
                assertThat(leftover.problem()).contains("injected error");
                assertThat(leftover.attempts()).isEqualTo(1);
            });
        }
        try (var daemon = TestDaemon.recovered(node)) {
            daemon.reconcile();
            assertThat(daemon.ledger.all()).hasSize(1);
            node.steps.heal();
            daemon.reconcile();
            daemon.reconcile();
            assertThat(daemon.ledger.all()).isEmpty();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void deadContainersOfTheStoreThatNoJournalKnowsAreDeletedAndThoseOfOthersAreNot() throws Exception {
        ContainerId lost = ContainerId.random();
        ContainerId foreign = ContainerId.random();
        ContainerId neighbour = ContainerId.random();
        try (var daemon = new TestDaemon(node)) {
            Container known = daemon.runContainer(daemon.runPod());
            StoredContainer own = node.store.container(known.id()).orElseThrow();
            store(lost, own.metadata());
            store(foreign, "{\"pod-id\": \"1\"}");
            store(neighbour, own.metadata().replace(node.pods().toString(), "/var/lib/other/pods"));
            assertThat(daemon.sweeper.sweep()).isTrue();
            assertThat(node.store.containers())
                    .extracting(StoredContainer::id)
                    .containsExactlyInAnyOrder(known.id(), foreign, neighbour);
            assertThat(daemon.ledger.all()).isEmpty();
        }
    }

    private void store(ContainerId id, String metadata) {
        node.store.createContainer(
                new NewContainer(id, List.of(id.value()), Optional.of(FakeStore.IMAGE), metadata, Optional.empty()));
    }

    /** Copies of the journals of one pod under other ids: what they tell of is gone, as after a reboot. */
    @Test
    void theJournalsOfManyPodsAreReadInLessThanTwoSeconds() throws Exception {
        int pods = 250;
        Pod pod;
        Container container;
        try (var daemon = new TestDaemon(node)) {
            pod = daemon.runPod();
            container = daemon.runContainer(pod);
        }
        Path source = node.pods().resolve(pod.id().value());
        for (int i = 0; i < pods; i++) {
            String copy = PodId.random().value();
            for (String name : List.of("pod", container.id().value())) {
                String id = name.equals("pod") ? name : ContainerId.random().value();
                List<String> records =
                        Journal.open(source.resolve(name + ".journal")).records();
                var journal = Journal.create(
                        node.pods().resolve(copy).resolve(id + ".journal"),
                        renamed(records.getFirst(), pod.id().value(), copy, name, id));
                for (String record : records.subList(1, records.size())) {
                    journal.append(renamed(record, pod.id().value(), copy, name, id), Journal.Durability.DAEMON);
                }
            }
        }
        var registry = new Registry(node.pods());
        new JournalFolder(registry, new WireRequests()).restore();
        assertThat(registry.pods()).hasSize(pods + 1).allMatch(found -> found.state() instanceof PodState.Ready);
        assertThat(registry.containers())
                .hasSize(pods + 1)
                .allMatch(found -> found.state() instanceof ContainerState.Running);
        assertThat(registry.quarantined()).isEmpty();
        assertThat(timeToRead()).isLessThan(Duration.ofSeconds(2));
    }

    /** Beside whatever else the machine does. */
    private Duration timeToRead() throws InterruptedException {
        long begun = System.nanoTime();
        new JournalFolder(new Registry(node.pods()), new WireRequests()).restore();
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static String renamed(String record, String pod, String newPod, String container, String newContainer) {
        return record.replace(pod, newPod).replace(container.equals("pod") ? pod : container, newContainer);
    }

    @Test
    void aStopThatCannotBeWrittenDownIsAnErrorAndCanBeRepeated() throws Exception {
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            Path journal = node.pods().resolve(pod.id().value()).resolve("pod.journal");
            Path away = folder.resolve("away");
            Files.move(journal, away);
            assertThatThrownBy(() -> daemon.stopPod(pod))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining(journal.toString());
            assertThat(pod.state()).isInstanceOf(PodState.Ready.class);
            Files.move(away, journal);
            daemon.stopPod(pod);
            assertThat(pod.state()).isInstanceOf(PodState.Stopped.class);
            daemon.removeEverything();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void anEndThatCannotBeWrittenDownIsKnownAndLearnedAgain() throws Exception {
        Container container;
        try (var daemon = new TestDaemon(node)) {
            Pod pod = daemon.runPod();
            container = daemon.runContainer(pod);
            Path journal = node.pods().resolve(pod.id().value()).resolve(container.id() + ".journal");
            Path away = folder.resolve("away");
            Files.move(journal, away);
            node.runtime.end(container.id(), 9);
            assertThat(exit(daemon, container).code()).contains(9);
            Files.move(away, journal);
        }
        try (var daemon = TestDaemon.recovered(node)) {
            assertThat(exit(daemon, daemon.registry.container(container.id().value()))
                            .code())
                    .contains(9);
            daemon.removeEverything();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    private Path pin(PodId pod) throws IOException {
        Path pin = folder.resolve("ns").resolve("netns").resolve(pod.value());
        node.fakeLinux.namespaces().pin(new PinRequest(Map.of(NamespaceKind.NETWORK, pin), Map.of(), Optional.empty()));
        return pin;
    }
}

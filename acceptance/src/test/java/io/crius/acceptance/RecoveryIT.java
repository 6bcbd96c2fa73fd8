package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerFilter;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStateValue;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.StatusRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a daemon makes of a node that is not as it was left: another default runtime, a journal that cannot be read, no
 * journals at all. {@code -Dcrius.recovery.pods=250} is how many pods are restored, with {@code -Dcrius.recovery.strict=true} in 2 s, which is
 * only fair on a machine that does nothing else, with {@code -Dcrius.recovery.cold=true} of nothing that the kernel has in memory;
 * {@code -Dcrius.recovery.long=true} waits for sweeps.
 */
@Needs(Trait.EXPLAINS)
class RecoveryIT {
    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final int PODS = Integer.getInteger("crius.recovery.pods", 20);
    private static final boolean COLD = Boolean.getBoolean("crius.recovery.cold");
    private static final Duration LONGEST_RESTORE =
            Duration.ofSeconds(Boolean.getBoolean("crius.recovery.strict") ? 2 : 20);
    private static final Pattern RESTORED = Pattern.compile("restored (\\d+) pods and (\\d+) containers in (\\d+) ms");

    @RegisterExtension
    static final Node node = new Node();

    private static Path server() {
        return Node.parent(node.testNode().target().socket());
    }

    private static Path options() {
        return server().resolve("crius.conf.d/20-changed.conf");
    }

    @AfterEach
    void asItWas() throws Exception {
        if (Files.deleteIfExists(options())) {
            restart();
        }
    }

    private static void restart() throws Exception {
        node.testNode().target().kill();
        node.testNode().startTarget();
    }

    private static String leftovers() {
        return node.client()
                .runtime()
                .status(StatusRequest.newBuilder().setVerbose(true).build())
                .getInfoOrThrow("leftovers");
    }

    @Test
    void aContainerKeepsTheRuntimeThatItWasMadeWith() throws Exception {
        Assumptions.assumeTrue(Files.exists(RUNC), "needs runc");
        Pod pod = node.runPod("old");
        String old = node.run(pod, node.shell("main", "trap 'exit 5' TERM; while :; do usleep 20000; done"));
        Files.writeString(options(), """
                [crio.runtime]
                default_runtime = "changed"
                [crio.runtime.runtimes.changed]
                runtime_path = "%s"
                runtime_root = "%s/run/changed"
                """.formatted(RUNC, server()));
        restart();
        String young = node.run(node.runPod("young"), node.idle("main"));

        assertThat(node.containers().exec(old, "echo", "works").stdout()).isEqualTo("works\n");
        assertThat(new Ctl(node).run("explain", old)).contains(Choice.runtime().toString());
        assertThat(new Ctl(node).run("explain", young)).contains(RUNC.toString());
        node.containers().stop(old, Duration.ofSeconds(20));
        assertThat(node.containers().status(old).getExitCode()).isEqualTo(5);
        node.containers().remove(old);
        node.pods().remove(pod.id());
    }

    @Test
    void aJournalThatCannotBeReadIsReportedAndWhatItTellsOfLives() throws Exception {
        Pod pod = node.runPod("damaged");
        String id = node.run(pod, node.idle("main"));
        long pid = node.pid(id);
        Path journal = server().resolve("state/pods").resolve(pod.id()).resolve(id + ".journal");
        byte[] whole = Files.readAllBytes(journal);
        byte[] damaged = whole.clone();
        damaged[40] ^= 1;
        Files.write(journal, damaged);
        restart();

        assertThat(node.containers().list()).isEmpty();
        assertThat(ProcessHandle.of(pid)).isPresent();
        assertThat(leftovers()).contains("\"quarantined\"", id, "checksum mismatch");
        assertThat(new Ctl(node).run("explain", id)).contains("journal " + journal, "quarantined");
        assertThat(new Ctl(node).run("explain")).contains("journal " + journal);
        Files.write(journal, whole);
        restart();
        assertThat(node.pid(id)).isEqualTo(pid);
        assertThat(leftovers()).isEqualTo("[]");
    }

    /** Flips a bit of a line; the first is the header, the second says what the container is, the third that it was created. */
    private static Path damage(Pod pod, String id, int line) throws IOException {
        Path journal = server().resolve("state/pods").resolve(pod.id()).resolve(id + ".journal");
        List<String> lines = new ArrayList<>(Files.readAllLines(journal));
        String whole = lines.get(line - 1);
        lines.set(line - 1, whole.substring(0, 20) + (char) (whole.charAt(20) ^ 1) + whole.substring(21));
        Files.writeString(journal, String.join("\n", lines) + "\n");
        return journal;
    }

    @Test
    void aContainerWhoseStateCannotBeToldIsUnknownAndCanBeStoppedAndRemoved() throws Exception {
        Pod pod = node.runPod("damaged");
        String stopped = node.run(pod, node.idle("stopped").label("app", "web"));
        String removed = node.run(pod, node.idle("removed"));
        String whole = node.run(pod, node.idle("whole"));
        long first = node.pid(stopped);
        long second = node.pid(removed);
        Path journal = damage(pod, stopped, 3);
        damage(pod, stopped, 4);
        Path other = damage(pod, removed, 3);
        damage(pod, removed, 4);
        restart();

        ContainerStatus status = node.containers().status(stopped);
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_UNKNOWN);
        assertThat(status.getReason()).isEqualTo("Unknown");
        assertThat(status.getMessage())
                .isEqualTo("its state cannot be told: its journal is damaged: journal " + journal
                        + ": checksum mismatch at byte " + secondRecord(journal));
        assertThat(status.getMetadata().getName()).isEqualTo("stopped");
        assertThat(status.getLabelsMap()).containsEntry("app", "web");
        assertThat(status.getFinishedAt()).isZero();
        var unknown = ContainerFilter.newBuilder()
                .setState(ContainerStateValue.newBuilder().setState(ContainerState.CONTAINER_UNKNOWN));
        assertThat(node.containers().list(unknown.build()))
                .extracting(Container::getId)
                .containsExactlyInAnyOrder(stopped, removed);
        assertThat(node.containers().status(whole).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(ProcessHandle.of(first)).isPresent();
        assertThat(leftovers()).contains("\"quarantined\"", stopped, removed);
        assertThat(new Ctl(node).run("explain", stopped)).contains("unknown: its journal is damaged");

        node.containers().stop(stopped, Duration.ofSeconds(10));
        assertThat(ProcessHandle.of(first)).isEmpty();
        ContainerStatus ended = node.containers().status(stopped);
        assertThat(ended.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(ended.getExitCode()).isEqualTo(-1);
        assertThat(ended.getMessage()).startsWith("killed while its state was not known: its journal is damaged");
        node.containers().remove(stopped);
        node.containers().remove(removed);
        assertThat(ProcessHandle.of(second)).isEmpty();
        assertThat(journal).doesNotExist();
        assertThat(other).doesNotExist();
        assertThat(node.containers().list()).extracting(Container::getId).containsExactly(whole);
        assertThat(leftovers()).isEqualTo("[]");
    }

    /** Where the line after the definition begins. */
    private static long secondRecord(Path journal) throws IOException {
        List<String> lines = Files.readAllLines(journal);
        return lines.get(0).length() + 1L + lines.get(1).getBytes(StandardCharsets.UTF_8).length + 1;
    }

    @Test
    void aContainerOfADamagedJournalThatIsSeenToEndHasItsCode() throws Exception {
        Pod pod = node.runPod("damaged");
        String id = node.run(pod, node.shell("main", "trap 'exit 5' TERM; while :; do usleep 20000; done"));
        node.containers()
                .update(
                        id,
                        LinuxContainerResources.newBuilder().setCpuShares(200).build());
        damage(pod, id, 4);
        restart();
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_UNKNOWN);
        node.containers().stop(id, Duration.ofSeconds(20));
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(5);
        node.containers().remove(id);
        assertThat(leftovers()).isEqualTo("[]");
    }

    @Test
    void whatNoJournalKnowsIsReportedWhileItLivesAndSweptAwayAfterwards() throws Exception {
        Assumptions.assumeTrue(Boolean.getBoolean("crius.recovery.long"), "waits for sweeps");
        Pod pod = node.run(node.pod("unknown").network(NamespaceMode.NODE));
        String id = node.run(pod, node.idle("main"));
        long pid = node.pid(id);
        node.testNode().target().kill();
        try (Stream<Path> files = Files.walk(server().resolve("state/pods"))) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        node.testNode().startTarget();
        Await.until("it is reported", Node.LIMIT, () -> leftovers().contains(id));
        assertThat(ProcessHandle.of(pid)).isPresent();
        Matcher command = Pattern.compile("`([^`]+)`").matcher(leftovers());
        assertThat(command.find()).isTrue();
        Command.run(List.of(command.group(1).split(" ")));
        restart();
        Await.until(
                "nothing is left of it",
                Node.LIMIT,
                () -> !Files.exists(server().resolve("storage/overlay-containers/" + id)));
        assertThat(leftovers()).isEqualTo("[]");
    }

    @Test
    void manyPodsAreBackInTime() throws Exception {
        Map<String, Long> pids = new HashMap<>();
        for (int i = 0; i < PODS; i++) {
            Pod pod = node.run(node.pod("many").network(NamespaceMode.NODE));
            String id = node.run(pod, node.idle("main"));
            pids.put(id, node.pid(id));
        }
        node.testNode().target().kill();
        if (COLD) {
            forgetFiles();
        }
        long begun = System.nanoTime();
        node.testNode().startTarget();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Matcher restored = restored();
        System.out.println(PODS + " pods: the daemon answered " + took.toMillis() + " ms after its start; "
                + restored.group() + (COLD ? ", of nothing that was in memory" : ""));
        assertThat(restored.group(1)).isEqualTo(Integer.toString(PODS));
        assertThat(restored.group(2)).isEqualTo(Integer.toString(PODS));
        assertThat(Duration.ofMillis(Long.parseLong(restored.group(3)))).isLessThan(LONGEST_RESTORE);
        assertThat(node.pods().list()).hasSize(PODS);
        for (Map.Entry<String, Long> container : pids.entrySet()) {
            assertThat(node.containers().status(container.getKey()).getState())
                    .isEqualTo(ContainerState.CONTAINER_RUNNING);
            assertThat(node.pid(container.getKey())).isEqualTo(container.getValue());
        }
    }

    /** Kernel: proc(5), drop_caches forgets only what is on the disk already. */
    private static void forgetFiles() throws Exception {
        Command.run("sync");
        Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    }

    /** What the daemon that was started last says of its start. */
    private static Matcher restored() throws IOException {
        Matcher restored = RESTORED.matcher(node.testNode()
                .target()
                .logTail()
                .lines()
                .filter(line -> line.contains("restored "))
                .reduce("", (_, last) -> last));
        assertThat(restored.find()).isTrue();
        return restored;
    }
}

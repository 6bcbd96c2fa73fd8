package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.StatusRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
 * journals at all. {@code -Dcrius.recovery.pods=250} restores so many pods and measures it; {@code
 * -Dcrius.recovery.long=true} waits for sweeps.
 */
@Needs(Trait.EXPLAINS)
class RecoveryIT {
    private static final Path RUNC = Path.of("/usr/sbin/runc");

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
        int pods = Integer.getInteger("crius.recovery.pods", 0);
        Assumptions.assumeTrue(pods > 0, "-Dcrius.recovery.pods says how many");
        Map<String, Long> pids = new HashMap<>();
        for (int i = 0; i < pods; i++) {
            Pod pod = node.run(node.pod("many").network(NamespaceMode.NODE));
            String id = node.run(pod, node.idle("main"));
            pids.put(id, node.pid(id));
        }
        node.testNode().target().kill();
        long begun = System.nanoTime();
        node.testNode().startTarget();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.println(
                pods + " pods: the daemon answered " + took.toMillis() + " ms after its start; " + restored());
        assertThat(node.pods().list()).hasSize(pods);
        for (Map.Entry<String, Long> container : pids.entrySet()) {
            assertThat(node.containers().status(container.getKey()).getState())
                    .isEqualTo(ContainerState.CONTAINER_RUNNING);
            assertThat(node.pid(container.getKey())).isEqualTo(container.getValue());
        }
    }

    private static String restored() throws IOException {
        return node.testNode()
                .target()
                .logTail()
                .lines()
                .filter(line -> line.contains("restored "))
                .reduce("", (_, last) -> last);
    }
}

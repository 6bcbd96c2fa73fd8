package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.PodSandboxState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What runs goes on while the server is away, and is known to it again afterwards. */
class RestartIT {
    private static final String COUNT = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo $i; usleep 50000; done";

    @RegisterExtension
    static final Node node = new Node();

    @BeforeEach
    void theServerMustBeOurs() {
        Assumptions.assumeTrue(
                System.getProperty("crius.socket") == null, "a server that somebody else runs is not killed");
    }

    @Test
    void tenContainersRunOnAfterTheServerWasKilled() throws Exception {
        List<Pod> pods = new ArrayList<>();
        Map<String, Long> pids = new HashMap<>();
        for (int i = 0; i < 5; i++) {
            Pod pod = node.runPod("web");
            pods.add(pod);
            for (String name : List.of("one", "two")) {
                String id = node.run(pod, node.shell(name, COUNT));
                pids.put(id, node.pid(id));
            }
        }
        Map<String, Integer> linesBefore = lines(pids);
        node.testNode().target().kill();
        node.testNode().startTarget();

        assertThat(node.containers().list()).hasSize(10);
        for (Map.Entry<String, Long> container : pids.entrySet()) {
            String id = container.getKey();
            assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
            assertThat(node.pid(id)).isEqualTo(container.getValue());
            assertThat(node.containers().exec(id, "echo", "still here").stdout())
                    .isEqualTo("still here\n");
        }
        for (Pod pod : pods) {
            assertThat(node.pods().status(pod.id()).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
            assertThat(node.pods().status(pod.id()).getNetwork().getIp()).isNotEmpty();
        }
        Await.until("all logs go on", Node.LIMIT, () -> {
            Map<String, Integer> now = lines(pids);
            return linesBefore.entrySet().stream().allMatch(e -> now.getOrDefault(e.getKey(), 0) > e.getValue() + 5);
        });
        for (String id : pids.keySet()) {
            node.containers().stop(id, Duration.ofSeconds(20));
            ContainerStatus status = node.containers().status(id);
            assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
            assertThat(status.getExitCode()).isZero();
            node.containers().remove(id);
        }
        assertThat(node.containers().list()).isEmpty();
    }

    private static Map<String, Integer> lines(Map<String, Long> containers) throws Exception {
        Map<String, Integer> counted = new HashMap<>();
        for (String id : containers.keySet()) {
            Path log = Path.of(node.containers().status(id).getLogPath());
            counted.put(id, Files.readAllLines(log).size());
        }
        return counted;
    }

    @Test
    void whatEndedMeanwhileHasItsExitCode() throws Exception {
        Pod pod = node.runPod("web");
        Path end = node.testNode().folder().resolve("end-" + pod.id());
        Files.createDirectory(end);
        String id = node.run(
                pod,
                node.shell("main", "while [ ! -e /end/now ]; do usleep 20000; done; exit 42")
                        .mount(end, "/end"));
        long pid = node.pid(id);
        node.testNode().target().kill();
        Files.createFile(end.resolve("now"));
        Await.until("the container ends", Node.LIMIT, () -> !Files.exists(Path.of("/proc/" + pid)));
        node.testNode().startTarget();

        ContainerStatus status = node.awaitExit(id);
        assertThat(status.getExitCode()).isEqualTo(42);
        assertThat(status.getReason()).isEqualTo("Error");
    }

    @Test
    void createdContainersAndStoppedPodsAreWhatTheyWere() throws Exception {
        Pod stopped = node.runPod("stopped");
        node.pods().stop(stopped.id());
        Pod pod = node.run(node.pod("web").label("app", "web").annotation("note", "text"));
        String created = node.create(pod, node.shell("created", "echo started").label("app", "web"));
        String exited = node.run(pod, node.shell("exited", "exit 3"));
        ContainerStatus before = node.awaitExit(exited);
        node.testNode().target().close();
        node.testNode().startTarget();

        assertThat(node.pods().status(stopped.id()).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        assertThat(node.pods().status(pod.id()).getLabelsMap())
                .isEqualTo(pod.config().getLabelsMap());
        assertThat(node.pods().status(pod.id()).getAnnotationsMap())
                .isEqualTo(pod.config().getAnnotationsMap());
        ContainerStatus after = node.containers().status(exited);
        assertThat(after.getExitCode()).isEqualTo(3);
        assertThat(after.getFinishedAt()).isEqualTo(before.getFinishedAt());
        assertThat(after.getCreatedAt()).isEqualTo(before.getCreatedAt());
        assertThat(node.containers().status(created).getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
        assertThat(node.containers().status(created).getLabelsMap()).containsEntry("app", "web");
    }

    @Test
    void imagesAreStillThere() throws Exception {
        var before = node.images().list();
        node.testNode().target().kill();
        node.testNode().startTarget();
        assertThat(node.images().list()).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void podsCanBeRunAfterwards() throws Exception {
        node.testNode().target().kill();
        node.testNode().startTarget();
        assertThat(node.output(node.shell("main", "echo fresh"))).isEqualTo("fresh\n");
    }
}

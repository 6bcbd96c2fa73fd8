package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A program or a server that the daemon asks hangs: reads answer at once, other pods come and go, what hangs is explained, and
 * it ends with its pod. {@code -Dcrius.hang.all=true} hangs the rest as well; {@link RestOfNode} has more properties.
 */
@Needs(Trait.EXPLAINS)
class HangIT {
    private static final Duration END_OF_A_POD = Duration.ofSeconds(15);

    /** The node's removal still needs the programs. */
    @RegisterExtension
    @Order(1)
    static final HangingPrograms programs = new HangingPrograms();

    @RegisterExtension
    @Order(2)
    static final Node node = new Node(programs.options() + """
            [crio.runtime]
            enable_pod_events = true
            """);

    private static final Ctl CTL = new Ctl(node);

    private final BackgroundCalls calls = new BackgroundCalls();
    private RestOfNode rest;

    /** Each takes seconds, and what hangs hangs in the same way. */
    static void onlyInTheLongForm() {
        Assumptions.assumeTrue(Boolean.getBoolean("crius.hang.all"), "-Dcrius.hang.all=true hangs this as well");
    }

    @BeforeAll
    static void populate() throws Exception {
        RestOfNode.populate(node);
    }

    @BeforeEach
    void lookAtTheOthers() throws Exception {
        rest = RestOfNode.before(node);
    }

    @AfterEach
    void goOn() throws IOException {
        programs.releaseAll();
        calls.close();
    }

    @AfterAll
    static void removeOthers() {
        node.testNode().removeBystanders();
    }

    private static Pod podWith(String handler) throws IOException {
        var config = node.pod("hanging").build();
        return new Pod(node.pods().run(config, handler), config);
    }

    @Test
    void aContainerWhoseRuntimeHangsEndsWithItsPod() throws Exception {
        endsWithItsPod("hanging-runtime", "create");
    }

    @Test
    void aContainerWhoseMonitorHangsEndsWithItsPod() throws Exception {
        onlyInTheLongForm();
        endsWithItsPod("hanging-monitor", "conmon");
    }

    private void endsWithItsPod(String handler, String word) throws Exception {
        Pod pod = podWith(handler);
        programs.hang(word);
        CompletableFuture<String> creation = calls.begin(() -> node.create(pod, node.idle("stuck")));
        CTL.awaitExplained("stuck", "container runtime creation, for ");
        rest.goOn(pod.id());
        endsSoon(pod);
        assertThat(BackgroundCalls.code(creation)).isEqualTo(Status.Code.FAILED_PRECONDITION);
        Await.until(
                "nothing hangs any longer",
                Node.LIMIT,
                () -> node.testNode().leftovers().isEmpty());
    }

    private static void endsSoon(Pod pod) {
        long begun = System.nanoTime();
        node.pods().stop(pod.id());
        node.pods().remove(pod.id());
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(END_OF_A_POD);
        assertThat(node.pods().list()).noneMatch(found -> found.getId().equals(pod.id()));
    }

    @Test
    void aRuntimeThatHangsWhileItStartsHoldsUpItsContainerAlone() throws Exception {
        Pod pod = podWith("hanging-runtime");
        String id = node.create(pod, node.idle("main"));
        programs.hang("start");
        CompletableFuture<Boolean> start = calls.begin(() -> node.containers().start(id));
        CTL.awaitExplained(id, "/crun start (process ");
        saysWhatItWaitsFor(id, "/crun start");
        rest.goOn(pod.id(), id);
        programs.release("start");
        assertThat(BackgroundCalls.code(start)).isEqualTo(Status.Code.OK);
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    private static void saysWhatItWaitsFor(String container, String what) {
        assertThat(node.containers().verboseStatus(container).getInfoOrThrow("info"))
                .containsPattern("\"now\":\\[.*\"what\":\"[^\"]*" + what + "[^\"]*\",\"since\":\"\\d{4}-");
    }

    @Test
    void aRuntimeThatHangsWhileItDeletesHoldsUpItsContainerAlone() throws Exception {
        onlyInTheLongForm();
        Pod pod = podWith("hanging-runtime");
        String id = node.run(pod, node.idle("main"));
        programs.hang("delete");
        CompletableFuture<Boolean> removal = calls.begin(() -> node.containers().remove(id));
        CTL.awaitExplained(id, "/crun delete (process ");
        rest.goOn(pod.id());
        programs.release("delete");
        assertThat(BackgroundCalls.code(removal)).isEqualTo(Status.Code.OK);
    }

    @Test
    void aMonitorThatIsStoppedHoldsUpTheLogOfItsContainerAlone() throws Exception {
        Pod pod = node.runPod("stopped");
        String id = node.run(pod, node.shell("main", "trap 'exit 7' TERM; while :; do usleep 20000; done"));
        ProcessHandle monitor = node.monitor(id);
        node.moveLogAway(id);
        Command.run("kill", "-STOP", Long.toString(monitor.pid()));
        CompletableFuture<Boolean> reopening =
                calls.begin(() -> node.containers().reopenLog(id));
        CTL.awaitExplained(id, "reopening of the log (process " + monitor.pid() + " conmon, stopped");
        saysWhatItWaitsFor(id, "reopening of the log");
        rest.goOn(pod.id(), id);
        assertThat(node.containers().exec(id, "echo", "alive").stdout()).isEqualTo("alive\n");
        Status reopened = BackgroundCalls.status(reopening);
        assertThat(reopened.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        node.containers().stop(id, Duration.ofSeconds(5));
        // It is let go on when its container has ended, so it tells how.
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(7);
        node.containers().remove(id);
        Await.until("its monitor is gone", Node.LIMIT, () -> !monitor.isAlive());
    }

    @Test
    void aPluginThatHangsHoldsUpItsPodAlone() throws Exception {
        onlyInTheLongForm();
        programs.hang("ADD");
        var config = node.pod("hanging").build();
        CompletableFuture<String> creation = calls.begin(() -> node.pods().run(config));
        CTL.awaitExplained(
                config.getMetadata().getName(), "sandbox network creation, for ", "/cni/bridge ADD (process ");
        rest.goOn();
        programs.release("ADD");
        String pod = creation.get(60, TimeUnit.SECONDS);
        programs.hang("DEL");
        CompletableFuture<Boolean> stop = calls.begin(() -> node.pods().stop(pod));
        CTL.awaitExplained(pod, "/cni/bridge DEL (process ");
        assertThat(node.pods().verboseStatus(pod).getInfoOrThrow("info"))
                .contains("\"now\":[{\"what\":\"", "/cni/bridge DEL\",\"since\":\"");
        rest.goOn();
        programs.release("DEL");
        assertThat(BackgroundCalls.code(stop)).isEqualTo(Status.Code.OK);
    }

    @Test
    void aRegistryThatHangsHoldsUpItsPullAlone() throws Exception {
        onlyInTheLongForm();
        try (ServerSocket registry = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String image = "127.0.0.1:" + registry.getLocalPort() + "/hanging:latest";
            CompletableFuture<String> pull = calls.begin(() -> node.images().pull(image));
            CTL.awaitExplained("hanging", "pull of " + image);
            rest.goOn();
            registry.close();
            assertThat(BackgroundCalls.code(pull)).isNotEqualTo(Status.Code.OK);
        }
    }
}

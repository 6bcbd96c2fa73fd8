package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.PodSandboxState;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With whom a container shares its PID namespace. */
class PidNamespaceIT {
    @RegisterExtension
    static final Node node = new Node();

    @Test
    void containersSeeEachOthersProcessesInASharedNamespace() throws Exception {
        Pod pod = sharing();
        String one = node.run(pod, idle("one"));
        node.run(pod, node.shell("two", "sleep 4321").pid(NamespaceMode.POD));
        assertThat(node.containers().exec(one, "ps").stdout()).contains("sleep 4321");
        assertThat(node.pods()
                        .status(pod.id())
                        .getLinux()
                        .getNamespaces()
                        .getOptions()
                        .getPid())
                .isEqualTo(NamespaceMode.POD);
    }

    @Test
    void noContainerIsTheFirstProcessOfASharedNamespace() throws Exception {
        Pod pod = sharing();
        String id = node.run(pod, idle("main"));
        assertThat(node.containers().exec(id, "cat", "/proc/1/comm").stdout()).isEqualTo("pause\n");
    }

    @Test
    @Needs(Trait.CLOSES_PAUSE_PROCESSES)
    void nobodyLooksIntoTheFirstProcessOfASharedNamespace() throws Exception {
        Pod pod = sharing();
        String id = node.run(pod, idle("main"));
        assertThat(node.containers().exec(id, "ls", "/proc/1/root/").exitCode()).isNotZero();
    }

    /** Whose parent has ended is the first process's to collect. */
    @Test
    void nobodyStaysAZombieInASharedNamespace() throws Exception {
        Pod pod = sharing();
        String id = node.run(pod, idle("main"));
        for (int i = 0; i < 5; i++) {
            node.containers().exec(id, "sh", "-c", "(sleep 0.1; exit 3) & (sleep 0.2 &) ; exit 0");
        }
        Await.until(
                "all orphans are collected",
                Node.LIMIT,
                () -> node.containers()
                        .exec(id, "ps", "-o", "stat,comm")
                        .stdout()
                        .lines()
                        .noneMatch(line -> line.startsWith("Z") || line.contains("sleep 0")));
    }

    @Test
    void theEndOfOneContainerIsNotTheEndOfTheOthers() throws Exception {
        Pod pod = sharing();
        String one = node.run(pod, idle("one"));
        String two = node.run(pod, node.shell("two", "exit 7").pid(NamespaceMode.POD));
        assertThat(node.awaitExit(two).getExitCode()).isEqualTo(7);
        assertThat(node.containers().status(one).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        node.containers().stop(one, Node.LIMIT);
        assertThat(node.containers().status(one).getExitCode()).isZero();
        assertThat(node.pods().status(pod.id()).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    @Test
    void aPodWithASharedNamespaceTellsItsFirstProcess() throws Exception {
        Pod pod = sharing();
        String id = node.run(pod, idle("main"));
        long pause = pausePid(pod);
        assertThat(namespace(pause)).isEqualTo(namespace(node.pid(id)));
        assertThat(node.testNode().cgroup().processes()).contains(pause);
    }

    @Test
    void whatAContainerLeavesInASharedNamespaceEndsWithIt() throws Exception {
        Pod pod = sharing();
        String other = node.run(pod, idle("other"));
        String id = node.run(
                pod,
                node.shell("main", "setsid sleep 98765 & until ps | grep -q '[s]leep 98765'; do :; done")
                        .pid(NamespaceMode.POD));
        node.awaitExit(id);
        awaitNoProcess("sleep 98765");
        assertThat(node.containers().status(other).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void whatAContainerLeavesInTheNodesNamespaceEndsWithIt() throws Exception {
        Pod pod = node.run(node.pod("web").pid(NamespaceMode.NODE));
        String id = node.run(
                pod,
                node.shell("main", "setsid sleep 98764 & until ps | grep -q '[s]leep 98764'; do :; done")
                        .pid(NamespaceMode.NODE));
        node.awaitExit(id);
        awaitNoProcess("sleep 98764");
    }

    @ParameterizedTest
    @EnumSource(
            value = NamespaceMode.class,
            names = {"POD", "NODE"})
    void aCommandInAContainerEndsWithItWhateverProcessesItShares(NamespaceMode shared) throws Exception {
        Pod pod = node.run(node.pod("web").pid(shared));
        String id = node.run(pod, node.idle("main").pid(shared));
        try (RemoteProcess command = node.streams()
                .exec(id, Wants.OUTPUT, "sh", "-c", "trap '' HUP TERM; sleep 98763 & echo up; sleep 98762; sleep 9")) {
            assertThat(command.stdout().readNBytes(3)).asString().isEqualTo("up\n");
            node.containers().stop(id, Duration.ZERO);
            awaitNoProcess("sleep 98763");
            awaitNoProcess("sleep 98762");
            assertThat(command.awaitEnd(Node.LIMIT).orElseThrow().exitCode()).isNotZero();
        }
    }

    private static void awaitNoProcess(String command) throws Exception {
        Await.until(
                "no process is \"" + command + "\"",
                Node.LIMIT,
                () -> ProcessHandle.allProcesses()
                        .map(process -> commandOf(process.pid()))
                        .noneMatch(command::equals));
    }

    private static String commandOf(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aPodIsNotReadyWithoutItsFirstProcess() throws Exception {
        Pod pod = sharing();
        String id = node.run(pod, idle("main"));
        Command.run("kill", "-KILL", Long.toString(pausePid(pod)));
        Await.until(
                "the pod is not ready",
                Node.LIMIT,
                () -> node.pods().status(pod.id()).getState() == PodSandboxState.SANDBOX_NOTREADY);
        assertThat(node.awaitExit(id).getExitCode()).isEqualTo(137);
    }

    @Test
    void aSharedNamespaceOutlivesTheServer() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("crius.socket") == null, "a server that somebody else runs is not killed");
        Pod pod = sharing();
        String before = node.run(pod, idle("before"));
        node.testNode().target().kill();
        node.testNode().startTarget();
        String after = node.run(pod, idle("after"));
        assertThat(namespace(node.pid(after))).isEqualTo(namespace(node.pid(before)));
        assertThat(node.pods().status(pod.id()).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    @Test
    @Needs(Trait.NO_PAUSE_PROCESS)
    void theFirstProcessThatEndedWhileTheServerWasAwayIsMissed() throws Exception {
        Pod pod = sharing();
        long pause = pausePid(pod);
        node.testNode().target().kill();
        Command.run("kill", "-KILL", Long.toString(pause));
        node.testNode().startTarget();
        assertThat(node.pods().status(pod.id()).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    }

    @Test
    void aContainerJoinsTheNamespaceOfAnother() throws Exception {
        Pod pod = node.runPod("web");
        String target = node.run(pod, node.shell("target", "exec sleep 4322"));
        String debugger = node.run(pod, targeting("debugger", target));
        assertThat(namespace(node.pid(debugger))).isEqualTo(namespace(node.pid(target)));
        assertThat(node.containers().exec(debugger, "cat", "/proc/1/cmdline").stdout())
                .isEqualTo("sleep\0" + "4322\0");
        node.containers().stop(debugger, Node.LIMIT);
        assertThat(node.containers().status(target).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void withItsTargetAContainerEnds() throws Exception {
        Pod pod = node.runPod("web");
        String target = node.run(pod, node.idle("target"));
        String debugger = node.run(pod, targeting("debugger", target));
        node.containers().stop(target, Node.LIMIT);
        assertThat(node.awaitExit(debugger).getExitCode()).isEqualTo(137);
    }

    @Test
    void aTargetHasToBeARunningContainerOfThePod() throws Exception {
        Pod pod = node.runPod("web");
        Grpc unknown = refused(pod, targeting("unknown", "f".repeat(64)));
        assertThat(unknown.message()).contains("f".repeat(64));

        String ended = node.run(pod, node.shell("ended", "exit 0"));
        node.awaitExit(ended);
        assertThat(refused(pod, targeting("late", ended)).message()).contains(ended);
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aContainerOfAnotherPodIsNoTarget() throws Exception {
        String other = node.run(node.runPod("other"), node.idle("main"));
        Pod pod = node.runPod("web");
        Grpc refusal = refused(pod, targeting("spy", other));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.message())
                .contains("target PID namespace specified with invalid target ID \"" + other + "\"")
                .contains("has no such container");
        assertThat(node.containers().list()).hasSize(1);
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aPodHasNoTarget() throws Exception {
        Grpc refusal = Grpc.failure(() -> node.run(node.pod("web").pid(NamespaceMode.TARGET)));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.message()).contains("PID mode TARGET is for containers, not for pods");
    }

    private static Grpc refused(Pod pod, ContainerBuilder container) {
        return Grpc.failure(() -> node.create(pod, container));
    }

    private static Pod sharing() throws IOException {
        return node.run(node.pod("web").pid(NamespaceMode.POD));
    }

    private static ContainerBuilder idle(String name) {
        return node.idle(name).pid(NamespaceMode.POD);
    }

    private static ContainerBuilder targeting(String name, String target) {
        return node.idle(name)
                .security(security -> security.setNamespaceOptions(NamespaceOption.newBuilder()
                        .setPid(NamespaceMode.TARGET)
                        .setTargetId(target)));
    }

    /** The process in the pod's cgroup that is the first of its PID namespace, or what the server says it is. */
    private static long pausePid(Pod pod) {
        String info = node.pods().verboseStatus(pod.id()).getInfoOrThrow("info");
        return Node.pidIn(info);
    }

    private static String namespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid")).toString();
    }
}

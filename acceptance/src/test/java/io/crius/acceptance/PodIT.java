package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.PodBuilder;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxFilter;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.PodSandboxState;
import io.crius.cri.v1.PodSandboxStateValue;
import io.crius.cri.v1.PodSandboxStatus;
import io.crius.cri.v1.StopPodSandboxRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of pods. */
class PodIT {
    private static final String UNKNOWN = "f".repeat(64);

    @RegisterExtension
    static final Node node = new Node();

    @Test
    void aPodIsReadyWithWhatItWasRunWith() throws IOException {
        Instant before = Instant.now();
        PodBuilder builder = node.pod("web")
                .attempt(3)
                .label("app", "web")
                .annotation("note", "a text with spaces")
                .hostname("web-host");
        Pod pod = node.run(builder);

        PodSandboxStatus status = node.pods().status(pod.id());
        assertThat(status.getId()).isEqualTo(pod.id()).matches("[0-9a-f]{64}");
        assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(status.getMetadata()).isEqualTo(pod.config().getMetadata());
        assertThat(status.getLabelsMap()).isEqualTo(pod.config().getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(pod.config().getAnnotationsMap());
        assertThat(time(status.getCreatedAt()))
                .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
        assertThat(status.getLinux().getNamespaces().getOptions().getPid()).isEqualTo(NamespaceMode.CONTAINER);
    }

    @Test
    void aPodHasAnAddressOfItsNetwork() throws IOException {
        String subnet = node.testNode().network().subnet();
        assertThat(node.pods().status(node.runPod("web").id()).getNetwork().getIp())
                .startsWith(subnet.substring(0, subnet.lastIndexOf('.') + 1));
    }

    @Test
    void aStoppedPodIsNotReadyAndKeepsItsName() throws IOException {
        Pod pod = node.runPod("web");
        node.pods().stop(pod.id());
        PodSandboxStatus status = node.pods().status(pod.id());
        assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        assertThat(status.getMetadata()).isEqualTo(pod.config().getMetadata());
    }

    @Test
    void theAddressOfAStoppedPodIsFree() throws IOException {
        Pod pod = node.runPod("web");
        node.pods().stop(pod.id());
        assertThat(node.testNode().network().leftovers()).isEmpty();
    }

    @Test
    void stopAndRemoveMayBeRepeated() throws IOException {
        Pod pod = node.runPod("web");
        node.pods().stop(pod.id());
        node.pods().stop(pod.id());
        node.pods().remove(pod.id());
        node.pods().remove(pod.id());
        assertThat(node.pods().list()).isEmpty();
    }

    @Test
    void removeOfAnUnknownPodSucceeds() {
        assertThatCode(() -> node.pods().remove(UNKNOWN)).doesNotThrowAnyException();
    }

    @Test
    @Needs(Trait.STOPS_THE_UNKNOWN)
    void stopOfAnUnknownPodSucceeds() {
        assertThatCode(() -> node.pods().stop(UNKNOWN)).doesNotThrowAnyException();
    }

    @Test
    void theStatusOfAnUnknownPodIsNotFound() {
        Grpc failure = Grpc.failure(() -> node.pods().status(UNKNOWN));
        assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.message()).containsPattern("not (find|found)");
    }

    @Test
    void stopEndsTheContainersOfAPod() throws IOException {
        Pod pod = node.runPod("web");
        String container = node.run(pod, node.idle("main"));
        node.pods().stop(pod.id());
        assertThat(node.containers().status(container).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    /** They get half of the caller's time; one after the other would be half of it, then a quarter, then an eighth. */
    @Test
    void theContainersOfAPodAreStoppedAtTheSameTime() throws Exception {
        Pod pod = node.runPod("web");
        String deaf = "trap '' TERM; touch /tmp/ready; while :; do sleep 1; done";
        for (String name : List.of("one", "two", "three")) {
            String id = node.run(pod, node.shell(name, deaf));
            Await.until(
                    "container " + name + " ignores its stop signal",
                    Node.LIMIT,
                    () -> node.containers().exec(id, "test", "-e", "/tmp/ready").exitCode() == 0);
        }
        long begun = System.nanoTime();
        node.client()
                .runtime()
                .withDeadlineAfter(8, TimeUnit.SECONDS)
                .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .build());
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
        assertThat(node.containers().list())
                .allSatisfy(container -> assertThat(container.getState()).isEqualTo(ContainerState.CONTAINER_EXITED));
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aPodWithoutALogFolderHasOneOfTheServers() throws Exception {
        Pod pod = node.run(node.pod("web").logDirectory(Path.of("")));
        String id = node.run(pod, node.shell("main", "echo logged").with(config -> config.clearLogPath()));
        node.awaitExit(id);
        Path log = Path.of(node.containers().status(id).getLogPath());
        assertThat(log).hasFileName(id + ".log").content().endsWith(" stdout F logged\n");
        Path folder = Node.parent(log);
        assertThat(folder).hasFileName(pod.id());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void removeTakesRunningContainersWithIt() throws IOException {
        Pod pod = node.runPod("web");
        node.run(pod, node.idle("one"));
        node.run(pod, node.idle("two"));
        node.pods().remove(pod.id());
        assertThat(node.pods().list()).isEmpty();
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void idsMayBeShortened() throws IOException {
        Pod pod = node.runPod("web");
        String shortened = pod.id().substring(0, 13);
        assertThat(node.pods().status(shortened).getId()).isEqualTo(pod.id());
        node.pods().stop(shortened);
        assertThat(node.pods().status(shortened).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        node.pods().remove(shortened);
        assertThat(node.pods().list()).isEmpty();
    }

    @Test
    void aSecondRunOfTheSamePodMakesNoSecondOne() throws IOException {
        Pod pod = node.runPod("web");
        try {
            assertThat(node.pods().run(pod.config())).isEqualTo(pod.id());
        } catch (StatusRuntimeException e) {
            assertThat(e).hasMessageContaining(pod.config().getMetadata().getName());
        }
        assertThat(node.pods().list()).hasSize(1);
    }

    @Test
    void theNextAttemptOfAPodRunsBesideTheStoppedOne() throws IOException {
        PodBuilder builder = node.pod("web");
        Pod first = node.run(builder);
        node.pods().stop(first.id());
        Pod second = node.run(builder.attempt(1));
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(node.pods().list()).extracting(PodSandbox::getId).containsExactlyInAnyOrder(first.id(), second.id());
    }

    @Test
    void podsAreListedByWhatTheFilterAsks() throws IOException {
        Pod red = node.run(node.pod("red").label("color", "red").label("tier", "one"));
        Pod blue = node.run(node.pod("blue").label("color", "blue").label("tier", "one"));
        node.pods().stop(blue.id());

        assertThat(ids(filter())).containsExactlyInAnyOrder(red.id(), blue.id());
        assertThat(ids(filter().setId(red.id()))).containsExactly(red.id());
        assertThat(ids(filter().setId(red.id().substring(0, 12)))).containsExactly(red.id());
        assertThat(ids(filter().putLabelSelector("color", "blue"))).containsExactly(blue.id());
        assertThat(ids(filter().putLabelSelector("color", "blue").putLabelSelector("tier", "two")))
                .isEmpty();
        assertThat(ids(filter().setState(state(PodSandboxState.SANDBOX_READY)))).containsExactly(red.id());
        assertThat(ids(filter().setState(state(PodSandboxState.SANDBOX_NOTREADY))
                        .putLabelSelector("tier", "one")))
                .containsExactly(blue.id());
        assertThat(ids(filter().setId(UNKNOWN))).isEmpty();
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void theStreamedListIsTheList() throws IOException {
        Pod red = node.run(node.pod("red").label("color", "red"));
        node.run(node.pod("blue").label("color", "blue"));
        assertThat(node.pods().stream(PodSandboxFilter.getDefaultInstance()))
                .containsExactlyInAnyOrderElementsOf(node.pods().list());
        assertThat(node.pods().stream(filter().putLabelSelector("color", "red").build()))
                .extracting(PodSandbox::getId)
                .containsExactly(red.id());
    }

    @Test
    void aListItemTellsWhatTheStatusTells() throws IOException {
        Pod pod = node.run(node.pod("web").label("app", "web").annotation("note", "text"));
        PodSandboxStatus status = node.pods().status(pod.id());
        PodSandbox item = node.pods().list().getFirst();
        assertThat(item.getMetadata()).isEqualTo(status.getMetadata());
        assertThat(item.getCreatedAt()).isEqualTo(status.getCreatedAt());
        assertThat(item.getLabelsMap()).isEqualTo(status.getLabelsMap());
        assertThat(item.getAnnotationsMap()).isEqualTo(status.getAnnotationsMap());
        assertThat(item.getState()).isEqualTo(status.getState());
    }

    @Test
    void anUnknownRuntimeHandlerIsRefusedByName() throws IOException {
        PodSandboxConfig config = node.pod("web").build();
        Grpc failure = Grpc.failure(() -> node.pods().run(config, "no-such-handler"));
        assertThat(failure.message()).contains("no-such-handler");
        assertThat(node.pods().list()).isEmpty();
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aPodWithoutNameNamespaceOrUidIsRefused() throws IOException {
        PodSandboxConfig config = node.pod("web").build();
        for (PodSandboxMetadata metadata : List.of(
                config.getMetadata().toBuilder().clearName().build(),
                config.getMetadata().toBuilder().clearNamespace().build(),
                config.getMetadata().toBuilder().clearUid().build())) {
            PodSandboxConfig wrong = config.toBuilder().setMetadata(metadata).build();
            assertThat(Grpc.failure(() -> node.pods().run(wrong)).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        assertThat(node.pods().list()).isEmpty();
    }

    @Test
    void aPodWithoutConfigurationIsRefused() {
        Grpc.failure(() -> node.pods().run(PodSandboxConfig.getDefaultInstance()));
        assertThat(node.pods().list()).isEmpty();
    }

    @Test
    @Needs(Trait.NO_PAUSE_PROCESS)
    void aPodWithoutContainersHasNoProcess() throws Exception {
        Pod pod = node.runPod("web");
        assertThat(node.testNode().cgroup().processes()).isEmpty();
        var parent = node.testNode().cgroup();
        // Compat: cAdvisor takes this cgroup for the pod's.
        assertThat(parent.file("memory", parent.path() + "/crio-" + pod.id(), "cgroup.procs"))
                .isEmptyFile();
    }

    @Test
    void sysctlsHoldInThePod() throws Exception {
        Pod pod = node.run(node.pod("web").sysctl("net.ipv4.ip_local_port_range", "20000 21000"));
        assertThat(node.output(pod, node.shell("main", "cat /proc/sys/net/ipv4/ip_local_port_range")))
                .isEqualTo("20000\t21000\n");
    }

    @Test
    void sysctlsOfTheIpcNamespaceHoldInThePod() throws Exception {
        String node = read("/proc/sys/kernel/shmmni");
        Pod pod = PodIT.node.run(PodIT.node
                .pod("web")
                .sysctl("kernel.shmmni", "777")
                .sysctl("kernel.sem", "250 32000 32 99")
                .sysctl("fs.mqueue.msg_max", "11"));
        String files = "cat /proc/sys/kernel/shmmni /proc/sys/kernel/sem /proc/sys/fs/mqueue/msg_max";
        assertThat(PodIT.node.output(pod, PodIT.node.shell("main", files))).isEqualTo("777\n250\t32000\t32\t99\n11\n");
        assertThat(read("/proc/sys/kernel/shmmni")).isEqualTo(node).isNotEqualTo("777");
    }

    private static String read(String file) throws IOException {
        return Node.lines(Path.of(file)).getFirst();
    }

    /** Compat: kubelet has refused unsafe ones before; what would change the node is skipped, with a line in the log. */
    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void sysctlsThatWouldChangeTheNodeAreSkippedWithAWord() throws Exception {
        String somaxconn = read("/proc/sys/net/core/somaxconn");
        String swappiness = read("/proc/sys/vm/swappiness");
        String shmmni = read("/proc/sys/kernel/shmmni");
        Pod own = node.run(node.pod("own").sysctl("vm.swappiness", "1"));
        Pod shared = node.run(node.pod("shared")
                .network(NamespaceMode.NODE)
                .ipc(NamespaceMode.NODE)
                .sysctl("net.core.somaxconn", "77")
                .sysctl("kernel.shmmni", "88")
                .sysctl("../../etc/passwd", "x"));
        assertThat(read("/proc/sys/vm/swappiness")).isEqualTo(swappiness);
        assertThat(read("/proc/sys/net/core/somaxconn")).isEqualTo(somaxconn);
        assertThat(read("/proc/sys/kernel/shmmni")).isEqualTo(shmmni);
        assertThat(node.testNode().target().logTail())
                .contains(
                        skipped("vm.swappiness", own, "it is not namespaced, so it would change the whole node"),
                        skipped("net.core.somaxconn", shared, "the pod shares the node's network namespace"),
                        skipped("kernel.shmmni", shared, "the pod shares the node's IPC namespace"),
                        skipped("../../etc/passwd", shared, "the name is not a path below /proc/sys"));
    }

    private static String skipped(String sysctl, Pod pod, String why) {
        PodSandboxMetadata name = pod.config().getMetadata();
        return "sysctl " + sysctl + " of pod " + name.getNamespace() + "/" + name.getName() + " is skipped: " + why;
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void namespacesThatNoPodCanHaveAreRefusedByName() throws IOException {
        refused(node.pod("web").network(NamespaceMode.CONTAINER), "the network namespace cannot be of mode CONTAINER");
        refused(node.pod("web").network(NamespaceMode.TARGET), "the network namespace cannot be of mode TARGET");
        refused(node.pod("web").ipc(NamespaceMode.CONTAINER), "the ipc namespace cannot be of mode CONTAINER");
        refused(node.pod("web").ipc(NamespaceMode.TARGET), "the ipc namespace cannot be of mode TARGET");
        refused(node.pod("web").pid(NamespaceMode.TARGET), "PID mode TARGET is for containers, not for pods");
        assertThat(node.pods().list()).isEmpty();
    }

    private static void refused(PodBuilder pod, String why) {
        Grpc failure = Grpc.failure(() -> node.pods().run(pod.build()));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message()).contains(why);
    }

    @Test
    void theVerboseStatusHasTheDetails() throws IOException {
        assertThat(node.pods().verboseStatus(node.runPod("web").id()).getInfoMap())
                .containsKey("info");
    }

    private static List<String> ids(PodSandboxFilter.Builder filter) {
        return node.pods().list(filter.build()).stream().map(PodSandbox::getId).toList();
    }

    private static PodSandboxFilter.Builder filter() {
        return PodSandboxFilter.newBuilder();
    }

    private static PodSandboxStateValue state(PodSandboxState state) {
        return PodSandboxStateValue.newBuilder().setState(state).build();
    }

    private static Instant time(long nanoseconds) {
        return Instant.EPOCH.plusNanos(nanoseconds);
    }
}

package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.PodSandboxConfig;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is known of a pod as a whole. */
@Needs(Trait.SPEAKS_CRI_1_36)
class PodLimitsIT {
    @RegisterExtension
    static final Node node = new Node();

    private static void update(String pod, long memory) {
        node.pods()
                .update(
                        pod,
                        LinuxContainerResources.newBuilder()
                                .setMemoryLimitInBytes(memory)
                                .build());
    }

    @Test
    void limitsOfAPodAreRememberedOverARestart() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("crius.socket") == null, "a server that somebody else runs is not killed");
        Pod pod = node.runPod("web");
        update(pod.id(), 123456789);
        assertThat(info(pod)).contains("123456789");
        node.testNode().target().kill();
        node.testNode().startTarget();
        assertThat(info(pod)).contains("123456789");
        assertThat(node.pods().status(pod.id()).getNetwork().getIp()).isNotEmpty();
    }

    @Test
    void anUnknownPodHasNoLimits() {
        assertThat(Grpc.failure(() -> update("f".repeat(64), 1)).code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void aNegativeLimitIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc refusal = Grpc.failure(() -> update(pod.id(), -5));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.message()).contains("resources has a negative limit: memory -5");
    }

    private static PodSandboxConfig limited(long overhead, long resources) throws IOException {
        PodSandboxConfig plain = node.pod("web").build();
        return plain.toBuilder()
                .setLinux(plain.getLinux().toBuilder()
                        .setOverhead(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(overhead))
                        .setResources(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(resources)))
                .build();
    }

    /** Kubelet has set the cgroup of the pod before, and does not expect anybody else to. */
    @Test
    void whatAPodIsRunWithIsRememberedAndItsCgroupLeftAlone() throws Exception {
        PodSandboxConfig config = limited(11112222, 123456789);
        Pod pod = new Pod(node.pods().run(config), config);
        assertThat(info(pod)).contains("123456789");
        String id = node.run(pod, node.idle("main"));
        ProcessCgroup container = ProcessCgroup.of(node.pid(id));
        Path limit = container.file("memory", "memory.limit_in_bytes", "memory.max");
        assertThat(Node.parent(Node.parent(limit)).resolve(limit.getFileName()))
                .content()
                .isNotIn("11112222\n", "123456789\n");
    }

    @Test
    void aPodIsNotRunWithANegativeLimit() throws Exception {
        PodSandboxConfig config = limited(-5, 123456789);
        Grpc refusal = Grpc.failure(() -> node.pods().run(config));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.message()).contains("overhead has a negative limit: memory -5");
        assertThat(node.pods().list()).isEmpty();
    }

    /** As people look for a pod's network namespace. */
    @Test
    void theVerboseStatusHasTheRuntimeSpec() throws Exception {
        Pod pod = node.run(node.pod("web").hostname("web-host").label("app", "web"));
        assertThat(info(pod))
                .contains("\"runtimeSpec\":{")
                .contains("/netns/" + pod.id())
                .contains("\"hostname\":\"web-host\"")
                .contains("\"io.kubernetes.cri-o.ContainerType\":\"sandbox\"")
                .contains("\"io.kubernetes.cri-o.IP.0\":\""
                        + node.pods().status(pod.id()).getNetwork().getIp() + "\"");
    }

    private static String info(Pod pod) {
        return node.pods().verboseStatus(pod.id()).getInfoOrThrow("info");
    }
}

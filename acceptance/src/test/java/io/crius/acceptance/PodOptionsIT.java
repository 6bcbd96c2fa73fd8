package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.node.PodNetwork.HostPortKeeper;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.NamespaceMode;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pause process for every pod, and ports of the node that are left to others. */
@Needs(Trait.READS_CRIO_CONF)
class PodOptionsIT {
    @RegisterExtension
    static final Node node = new Node("""
            [crio.api]
            grpc_max_recv_msg_size = 1048576
            [crio.runtime]
            drop_infra_ctr = false
            disable_hostport_mapping = true
            default_sysctls = ["net.ipv4.ip_unprivileged_port_start=100", "kernel.shmmni=555"]
            timezone = "Local"
            infra_ctr_cpuset = "0"
            [crio.image]
            image_volumes = "ignore"
            """);

    @Test
    void everyPodHasTheNodesSysctlsUnlessItSaysOthersOrSharesTheNamespace() throws Exception {
        String script = "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shmmni";
        assertThat(node.output(node.runPod("usual"), node.shell("main", script)))
                .isEqualTo("100\n555\n");
        assertThat(node.output(node.run(node.pod("own").sysctl("kernel.shmmni", "666")), node.shell("main", script)))
                .isEqualTo("100\n666\n");
        String ofTheNode = Node.lines(Path.of("/proc/sys/kernel/shmmni")).getFirst();
        Pod shared = node.run(node.pod("shared").ipc(NamespaceMode.NODE));
        assertThat(node.output(
                        shared,
                        node.shell("main", script)
                                .security(s -> s.setNamespaceOptions(
                                        s.getNamespaceOptions().toBuilder().setIpc(NamespaceMode.NODE)))))
                .isEqualTo("100\n" + ofTheNode + "\n");
    }

    @Test
    void withoutLimitsOfTheNodeContainersHaveThoseOfTheServer() throws Exception {
        Path server = Path.of("/proc/" + node.testNode().target().pid() + "/limits");
        assertThat(node.output(node.shell("main", "cat /proc/self/limits")).lines())
                .containsExactlyElementsOf(Node.lines(server));
    }

    @Test
    void theTimeIsTheNodes() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/etc/localtime")), "asks for a time zone");
        assertThat(node.output(node.shell("main", "sha256sum < /etc/localtime")))
                .startsWith(Command.run("sha256sum", "/etc/localtime").substring(0, 64));
    }

    @Test
    void theVolumesOfAnImageAreIgnored() throws Exception {
        String image = node.testImages().name("volumes");
        node.images().pull(image);
        assertThat(node.output(ContainerBuilder.container("main", image)
                        .command("sh", "-c", "test -e /made || echo absent; cat /var/www/index.html")))
                .isEqualTo("absent\nserved by crius\n");
    }

    @Test
    void everyPodHasAPauseProcess() throws Exception {
        Pod pod = node.runPod("web");
        long pause = Node.pidIn(node.pods().verboseStatus(pod.id()).getInfoOrThrow("info"));
        assertThat(Path.of("/proc/" + pause + "/comm")).hasContent("pause");
        var parent = node.testNode().cgroup();
        Path shares = parent.file("cpu", parent.path() + "/crio-" + pod.id(), "cpu.shares");
        assertThat(shares).hasContent("2");
        ProcessCgroup cgroup = ProcessCgroup.of(pause);
        assertThat(cgroup.read("cpuset", "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
        assertThat(Node.lines(Path.of("/proc/" + pause + "/status")))
                .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t0");
        String id = node.run(pod, node.idle("main"));
        assertThat(namespace(node.pid(id))).isNotEqualTo(namespace(pause));
        node.pods().stop(pod.id());
        Await.until("it has ended", Node.LIMIT, () -> Files.notExists(Path.of("/proc/" + pause)));
    }

    @Test
    void aRequestBeyondTheLargestIsRefusedWithTheLimit() throws Exception {
        Pod pod = node.run(node.pod("web").annotation("large", "x".repeat(1_000_000)));
        assertThat(node.pods().status(pod.id()).getAnnotationsOrThrow("large")).hasSize(1_000_000);
        var larger = node.pod("web").annotation("large", "x".repeat(1_100_000)).build();
        Grpc failure = Grpc.failure(() -> node.pods().run(larger));
        assertThat(failure.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.message()).contains("1048576");
    }

    private static String namespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid")).toString();
    }

    @Test
    void portsOfTheNodeAreNotLedToPods() throws Exception {
        node.testNode().network().leadPorts(HostPortKeeper.SERVER);
        int port = LoopbackRegistry.freePort();
        Await.until("the network is read again", Node.LIMIT, () -> {
            Pod probe = node.run(node.pod("probe").tcpPort(port, 8080));
            boolean led = rules().contains("dport " + port);
            node.pods().remove(probe.id());
            return !led;
        });
        Pod pod = node.run(node.pod("server").tcpPort(port, 8080));
        node.run(pod, node.shell("main", "httpd -f -p 8080 -h /var/www"));
        String ip = node.pods().status(pod.id()).getNetwork().getIp();
        Await.until("the pod serves", Node.LIMIT, () -> WebPage.at(ip, 8080).equals("served by crius\n"));
        assertThat(WebPage.at("127.0.0.1", port)).isEmpty();
        assertThat(Command.attempt(List.of("nft", "list", "ruleset")).stdout()).doesNotContain("tcp . " + port);
    }

    private static String rules() throws Exception {
        return Command.attempt(List.of("iptables-save", "-t", "nat")).stdout();
    }
}

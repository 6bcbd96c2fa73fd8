package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.Capability;
import io.crius.cri.v1.LinuxContainerSecurityContext;
import io.crius.cri.v1.NamespaceMode;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the containers of a pod share, and how pods are reached. */
class PodNetworkIT {
    private static final String SERVE = "httpd -f -p 8080 -h /var/www";

    @RegisterExtension
    static final Node node = new Node();

    @Test
    void twoPodsReachEachOther() throws Exception {
        Pod one = node.runPod("one");
        Pod two = node.runPod("two");
        String first = node.run(one, node.idle("main").security(PodNetworkIT::mayPing));
        String second = node.run(two, node.idle("main").security(PodNetworkIT::mayPing));
        assertThat(node.containers()
                        .exec(first, "ping", "-c", "1", "-W", "5", ip(two))
                        .exitCode())
                .isZero();
        assertThat(node.containers()
                        .exec(second, "ping", "-c", "1", "-W", "5", ip(one))
                        .exitCode())
                .isZero();
    }

    /** CRI-O's default capabilities, and so Crius's, leave NET_RAW out. */
    private static void mayPing(LinuxContainerSecurityContext.Builder security) {
        security.setCapabilities(Capability.newBuilder().addAddCapabilities("NET_RAW"));
    }

    @Test
    void aPodReachesAServerInAnother() throws Exception {
        Pod server = node.runPod("server");
        node.run(server, node.shell("main", SERVE));
        String client = node.run(node.runPod("client"), node.idle("main"));
        Await.until(
                "the page is fetched",
                Node.LIMIT,
                () -> node.containers()
                        .exec(client, "wget", "-qO-", "http://" + ip(server) + ":8080/index.html")
                        .stdout()
                        .equals("served by crius\n"));
    }

    @Test
    void aPortOfThePodIsReachedAtThePortOfTheNode() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").tcpPort(port, 8080));
        node.run(pod, node.shell("main", SERVE));
        String subnet = node.testNode().network().subnet();
        String gateway = subnet.substring(0, subnet.lastIndexOf('.')) + ".1";
        Await.until(
                "port " + port + " of the node leads to the pod",
                Node.LIMIT,
                () -> WebPage.at(gateway, port).equals("served by crius\n"));
    }

    @Test
    void aPortOfThePodAloneIsReachedAtItsAddress() throws Exception {
        Pod pod = node.run(node.pod("server").tcpPort(0, 8080));
        node.run(pod, node.shell("main", SERVE));
        Await.until(
                "the page is fetched",
                Node.LIMIT,
                () -> WebPage.at(ip(pod), 8080).equals("served by crius\n"));
    }

    @Test
    void containersOfAPodTalkOverLoopback() throws Exception {
        Pod pod = node.runPod("web");
        node.run(pod, node.shell("server", SERVE));
        String client = node.run(pod, node.idle("client"));
        Await.until(
                "the page is fetched",
                Node.LIMIT,
                () -> node.containers()
                        .exec(client, "wget", "-qO-", "http://127.0.0.1:8080/index.html")
                        .stdout()
                        .equals("served by crius\n"));
    }

    @Test
    void containersOfAPodShareNetworkIpcAndHostnameNamespaces() throws Exception {
        Pod pod = node.runPod("web");
        String one = node.run(pod, node.idle("one"));
        String two = node.run(pod, node.idle("two"));
        for (String kind : List.of("net", "ipc", "uts")) {
            assertThat(namespace(one, kind)).isEqualTo(namespace(two, kind)).isNotEqualTo(own(kind));
        }
        for (String kind : List.of("pid", "mnt")) {
            assertThat(namespace(one, kind)).isNotEqualTo(namespace(two, kind)).isNotEqualTo(own(kind));
        }
    }

    @Test
    void sharedMemoryIsSeenByAllContainersOfAPod() throws Exception {
        Pod pod = node.runPod("web");
        String one = node.run(pod, node.idle("one"));
        String two = node.run(pod, node.idle("two"));
        assertThat(node.containers()
                        .exec(one, "sh", "-c", "echo shared > /dev/shm/note")
                        .exitCode())
                .isZero();
        assertThat(node.containers().exec(two, "cat", "/dev/shm/note").stdout()).isEqualTo("shared\n");
        assertThat(node.containers().exec(two, "df", "-k", "/dev/shm").stdout()).contains("65536");
    }

    @Test
    void everybodyMayWriteToTheSharedMemory() throws Exception {
        assertThat(node.output(node.shell("main", "stat -c %a /dev/shm"))).isEqualTo("1777\n");
    }

    @Test
    void withTheNodesIpcThePodHasItsNamespaceAndSharedMemory() throws Exception {
        Path note = Files.createTempFile(Path.of("/dev/shm"), "crius-", "");
        try {
            Files.writeString(note, "of the node\n");
            Pod pod = node.run(node.pod("web").ipc(NamespaceMode.NODE));
            var container = node.shell("main", "readlink /proc/self/ns/ipc; cat " + note)
                    .security(s -> s.setNamespaceOptions(
                            s.getNamespaceOptions().toBuilder().setIpc(NamespaceMode.NODE)));
            assertThat(node.output(pod, container)).isEqualTo(own("ipc") + "\nof the node\n");
        } finally {
            Files.delete(note);
        }
    }

    @Test
    void onTheNodesNetworkThePodSeesTheNodesInterfaces() throws Exception {
        Pod pod = node.run(node.pod("host").network(NamespaceMode.NODE));
        assertThat(node.pods().status(pod.id()).getNetwork().getIp()).isEmpty();
        assertThat(node.output(pod, node.shell("main", "readlink /proc/self/ns/net")))
                .isEqualTo(own("net") + "\n");
    }

    @Test
    void aContainerWithAPidNamespaceOfItsOwnHasTheFirstProcess() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.idle("main"));
        assertThat(namespace(id, "pid")).isNotEqualTo(own("pid"));
        assertThat(node.containers()
                        .exec(id, "sh", "-c", "tr '\\0' ' ' < /proc/1/cmdline")
                        .stdout())
                .startsWith("sh -c");
    }

    @Test
    void onTheNodesPidNamespaceAContainerSeesTheNodesProcesses() throws Exception {
        Pod pod = node.run(node.pod("web").pid(NamespaceMode.NODE));
        String id = node.run(pod, node.idle("main").pid(NamespaceMode.NODE));
        assertThat(namespace(id, "pid")).isEqualTo(own("pid"));
        long self = ProcessHandle.current().pid();
        assertThat(node.containers().exec(id, "test", "-d", "/proc/" + self).exitCode())
                .isZero();
    }

    @Test
    void resolvConfIsThatOfThePod() throws Exception {
        Pod pod = node.run(node.pod("web")
                .dns(
                        List.of("10.0.0.10", "10.0.0.11"),
                        List.of("default.svc.cluster.local", "svc.cluster.local"),
                        List.of("ndots:5", "timeout:2")));
        String resolvConf = node.output(pod, node.shell("main", "cat /etc/resolv.conf"));
        assertThat(resolvConf.lines())
                .contains(
                        "nameserver 10.0.0.10",
                        "nameserver 10.0.0.11",
                        "search default.svc.cluster.local svc.cluster.local",
                        "options ndots:5 timeout:2");
    }

    @Test
    void resolvConfIsThatOfTheNodeWhenThePodSaysNothing() throws Exception {
        String own = Files.readString(Path.of("/etc/resolv.conf"));
        assertThat(node.output(node.shell("main", "cat /etc/resolv.conf"))).isEqualTo(own);
    }

    @Test
    void theHostnameIsThatOfThePod() throws Exception {
        Pod pod = node.run(node.pod("web").hostname("web-host"));
        assertThat(node.output(pod, node.shell("main", "hostname; cat /etc/hostname; echo $HOSTNAME")))
                .isEqualTo("web-host\nweb-host\nweb-host\n");
    }

    @Test
    void onTheNodesNetworkThePodHasTheNodesHostname() throws Exception {
        String own = Files.readString(Path.of("/proc/sys/kernel/hostname"));
        Pod pod = node.run(node.pod("host").network(NamespaceMode.NODE));
        assertThat(node.output(pod, node.shell("main", "hostname; cat /etc/hostname")))
                .isEqualTo(own + own);
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void withoutAHostnameThePodIsCalledByItsId() throws Exception {
        Pod pod = node.runPod("web");
        String name = pod.id().substring(0, 12) + "\n";
        assertThat(node.output(pod, node.shell("main", "hostname; cat /etc/hostname; echo $HOSTNAME")))
                .isEqualTo(name + name + name);
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aHostnameThatNoKernelTakesIsRefused() throws Exception {
        for (String wrong : List.of("web host", "x".repeat(65))) {
            Grpc refusal = Grpc.failure(() -> node.run(node.pod("web").hostname(wrong)));
            assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refusal.message()).contains("invalid host name \"" + wrong + "\"");
        }
        assertThat(node.pods().list()).isEmpty();
    }

    private static String ip(Pod pod) {
        return node.pods().status(pod.id()).getNetwork().getIp();
    }

    private static String namespace(String containerId, String kind) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + node.pid(containerId) + "/ns/" + kind))
                .toString();
    }

    private static String own(String kind) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString();
    }
}

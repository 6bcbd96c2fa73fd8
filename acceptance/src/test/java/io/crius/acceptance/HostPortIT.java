package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.node.PodNetwork;
import io.crius.acceptance.node.PodNetwork.HostPortKeeper;
import io.crius.acceptance.node.TestNode;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.CriusTarget;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.Protocol;
import io.grpc.Status;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ports of the node: led by the server itself, on a network without portmap, where it can; else by portmap. */
class HostPortIT {
    private static final String SERVE = "httpd -f -p 8080 -h /var/www";

    @RegisterExtension
    static final Node node = new Node();

    private static boolean isLedByPortmap() {
        return !Choice.kind().has(Trait.READS_CRIO_CONF);
    }

    @BeforeEach
    void theNetworkTakesNoPorts() throws Exception {
        if (!isLedByPortmap()) {
            node.testNode().network().leadPorts(HostPortKeeper.SERVER);
            Await.until("the network is read again", Node.LIMIT, HostPortIT::isLedByTheServer);
        }
    }

    /** A network is read again within moments; until then its plugins are the old ones. */
    private static boolean isLedByTheServer() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("probe").tcpPort(port, 8080));
        boolean led = ruleset().contains("tcp . " + port + " : ");
        node.pods().remove(pod.id());
        return led;
    }

    @AfterEach
    void theNetworkIsAsItWas() throws IOException {
        node.testNode().network().leadPorts(HostPortKeeper.PLUGIN);
    }

    @AfterAll
    static void nothingIsLeft() throws Exception {
        assertThat(ruleset()).isEmpty();
    }

    @Test
    void aPortOfTheNodeLeadsToThePodUntilItIsStopped() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").tcpPort(port, 8080));
        String main = node.run(pod, node.shell("main", SERVE));
        for (String address : new String[] {"127.0.0.1", gateway()}) {
            Await.until(
                    "it is served at " + address,
                    Node.LIMIT,
                    () -> WebPage.at(address, port).equals("served by crius\n"));
        }
        String client = node.run(pod, node.idle("client"));
        assertThat(node.containers()
                        .exec(client, "wget", "-qO-", "http://" + gateway() + ":" + port + "/index.html")
                        .stdout())
                .as("from the pod itself")
                .isEqualTo("served by crius\n");
        node.containers().stop(main, Duration.ZERO);
        node.containers().stop(client, Duration.ZERO);
        node.pods().stop(pod.id());
        assertThat(WebPage.at(gateway(), port)).isEmpty();
        assertThat(ruleset()).isEmpty();
    }

    /** Kernel: what was sent while nothing led to the pod began a flow that leads past it. */
    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aClientThatSentWhileTheRulesWereGoneReachesThePodAgain() throws Exception {
        Assumptions.assumeTrue(conntrack().exitCode() == 0, "needs conntrack");
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").port(Protocol.UDP, "", port, 5353));
        String main = node.run(pod, node.idle("main"));
        try (DatagramSocket _ = PodSockets.answering(node.pid(main), 5353, "datagrams");
                DatagramSocket client = new DatagramSocket()) {
            node.testNode().target().kill();
            Command.run("nft", "delete", "table", "ip", table());
            assertThat(PodSockets.ask(client, gateway(), port)).isEmpty();
            node.testNode().startTarget();
            Await.until(
                    "it is answered",
                    Node.LIMIT,
                    () -> PodSockets.ask(client, gateway(), port).equals("datagrams"));
        }
    }

    @Test
    void onOneAddressOfTheNodeAPortIsServedThereAlone() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").port(Protocol.TCP, gateway(), port, 8080));
        node.run(pod, node.shell("main", SERVE));
        Await.until(
                "it is served at " + gateway(),
                Node.LIMIT,
                () -> WebPage.at(gateway(), port).equals("served by crius\n"));
        assertThat(WebPage.at("127.0.0.1", port)).isEmpty();
    }

    @Test
    void ofOneNumberAPodMayServeStreamsAndAnotherDatagrams() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod streams = node.run(node.pod("streams").tcpPort(port, 8080));
        Pod datagrams = node.run(node.pod("datagrams").port(Protocol.UDP, "", port, 5353));
        node.run(streams, node.shell("main", SERVE));
        String main = node.run(datagrams, node.idle("main"));
        try (DatagramSocket _ = PodSockets.answering(node.pid(main), 5353, "datagrams");
                DatagramSocket client = new DatagramSocket()) {
            Await.until(
                    "the datagrams are answered",
                    Node.LIMIT,
                    () -> PodSockets.ask(client, gateway(), port).equals("datagrams"));
            Await.until(
                    "the page is served",
                    Node.LIMIT,
                    () -> WebPage.at(gateway(), port).equals("served by crius\n"));
        }
    }

    /** Kernel: a flow of datagrams lasts as long as somebody sends, so one that stuck to a dead pod would never reach the next. */
    @Test
    void aClientThatGoesOnSendingReachesTheNextPod() throws Exception {
        Assumptions.assumeTrue(isLedByPortmap() || conntrack().exitCode() == 0, "needs conntrack");
        int port = LoopbackRegistry.freePort();
        Pod first = node.run(node.pod("first").port(Protocol.UDP, "", port, 5353));
        String ip = node.pods().status(first.id()).getNetwork().getIp();
        try (DatagramSocket client = new DatagramSocket()) {
            String main = node.run(first, node.idle("main"));
            awaitAnswer(client, port, main, "first");
            node.pods().stop(first.id());
            assertThat(PodSockets.ask(client, gateway(), port)).isEmpty();
            if (!isLedByPortmap()) {
                assertThat(conntrack().stdout()).doesNotContain("src=" + ip + " ");
            }
            Pod second = node.run(node.pod("second").port(Protocol.UDP, "", port, 5353));
            String next = node.run(second, node.idle("main"));
            awaitAnswer(client, port, next, "second");
        }
    }

    /** The pod of the container answers with the word until the client has it. */
    private static void awaitAnswer(DatagramSocket client, int port, String container, String word) throws Exception {
        try (DatagramSocket _ = PodSockets.answering(node.pid(container), 5353, word)) {
            Await.until(
                    "the " + word + " answers",
                    Node.LIMIT,
                    () -> PodSockets.ask(client, gateway(), port).equals(word));
        }
    }

    private static Command.Output conntrack() throws Exception {
        return Command.attempt(List.of("sh", "-c", "conntrack -L -p udp"));
    }

    /** The kernel here may have no sockets for it: the rule is what can be seen. */
    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aPortOfSctpHasItsRule() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").port(Protocol.SCTP, "", port, 7));
        String ip = node.pods().status(pod.id()).getNetwork().getIp();
        assertThat(ruleset()).contains("sctp . " + port + " : " + ip + " . 7");
        node.pods().stop(pod.id());
        assertThat(ruleset()).isEmpty();
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aPortThatAnotherPodHasIsRefusedByItsName() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod first = node.run(node.pod("first").tcpPort(port, 8080));
        Grpc refusal = Grpc.failure(() -> node.run(node.pod("second").tcpPort(port, 8081)));
        assertThat(refusal.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refusal.message())
                .contains("tcp port " + port)
                .contains(first.config().getMetadata().getName());
        assertThat(node.pods().list()).hasSize(1);
        node.pods().stop(first.id());
        node.run(node.pod("third").tcpPort(port, 8081));
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void portsOutliveTheServerAndAreWrittenAgain() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").tcpPort(port, 8080));
        String main = node.run(pod, node.shell("main", SERVE));
        node.testNode().target().kill();
        Await.until(
                "it is served without the server",
                Node.LIMIT,
                () -> !WebPage.at(gateway(), port).isEmpty());
        Command.run("nft", "delete", "table", "ip", table());
        node.testNode().startTarget();
        assertThat(ruleset()).contains("tcp . " + port + " : ");
        assertThat(WebPage.at(gateway(), port)).isEqualTo("served by crius\n");
        Grpc refusal = Grpc.failure(() -> node.run(node.pod("second").tcpPort(port, 8081)));
        assertThat(refusal.message()).contains(pod.config().getMetadata().getName());
        node.containers().stop(main, Duration.ZERO);
        node.pods().remove(pod.id());
        assertThat(ruleset()).isEmpty();
    }

    /** As on a node without nftables: its program is one that fails. */
    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void withoutNftablesPortsGoByIptables() throws Exception {
        Path folder = Files.createTempDirectory(node.testNode().folder(), "bin-");
        Launcher.program(folder.resolve("nft"), "exit 1");
        Path launcher = Launcher.program(
                folder.resolve("crius"), "PATH=" + folder + ":$PATH exec " + Choice.launcher() + " \"$@\"");
        int port = LoopbackRegistry.freePort();
        try (TestNode other = TestNode.start(node.testImages().name("pause"), Choice.runtime(), settings -> {
            takePortmapAway(PodNetwork.conflist(settings.cniConfiguration()));
            return CriusTarget.in(settings, launcher);
        })) {
            other.client().images().pull(node.testImages().busybox());
            PodSandboxConfig config = other.pod("server").tcpPort(port, 8080).build();
            String pod = other.client().pods().run(config);
            other.client().containers().run(pod, node.shell("main", SERVE).build(), config);
            Await.until(
                    "it is served",
                    Node.LIMIT,
                    () -> WebPage.at("127.0.0.1", port).equals("served by crius\n"));
            assertThat(iptables()).contains("--dport " + port + " -j DNAT");
            assertThat(other.target().logTail()).contains("host ports go by iptables");
            PodSandboxConfig second = other.pod("second").tcpPort(port, 8081).build();
            assertThat(Grpc.failure(() -> other.client().pods().run(second)).message())
                    .contains("tcp port " + port)
                    .contains(config.getMetadata().getName());
            other.target().kill();
            other.startTarget();
            assertThat(WebPage.at("127.0.0.1", port)).isEqualTo("served by crius\n");
            other.removePods();
            assertThat(iptables()).doesNotContain("--dport " + port + " ");
            assertThat(WebPage.at("127.0.0.1", port)).isEmpty();
        }
    }

    /** Before there is a server that could read it again. */
    private static void takePortmapAway(Path conflist) throws IOException {
        String before = Files.readString(conflist);
        String without = before.replaceAll("(?s),\\s*\\{[^{}]*\"portmap\"[^{}]*(\\{[^{}]*\\})?[^{}]*\\}", "");
        assertThat(without).isNotEqualTo(before);
        Files.writeString(conflist, without);
    }

    private static String iptables() throws Exception {
        return Command.run("iptables-save", "-t", "nat");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void anAddressThatIsNoneIsRefused() throws Exception {
        Grpc refusal = Grpc.failure(() -> node.pods()
                .run(node.pod("server").tcpPort(8080, 80).build().toBuilder()
                        .setPortMappings(
                                0,
                                io.crius.cri.v1.PortMapping.newBuilder()
                                        .setHostPort(8080)
                                        .setContainerPort(80)
                                        .setHostIp("node-1"))
                        .build()));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.message()).contains("host_ip \"node-1\" is not an IP address");
    }

    private static String gateway() {
        String subnet = node.testNode().network().subnet();
        return subnet.substring(0, subnet.lastIndexOf('.')) + ".1";
    }

    /** The server's table, which bears a name of its own because its folders are its own. */
    private static String table() throws Exception {
        var checksum = new java.util.zip.CRC32();
        checksum.update((node.testNode().folder() + "/d/run").getBytes(StandardCharsets.UTF_8));
        return "crius-hostports-"
                + java.util.HexFormat.of()
                        .toHexDigits((int) checksum.getValue())
                        .substring(0, 6);
    }

    private static String ruleset() throws Exception {
        return Command.attempt(List.of("nft", "list", "table", "ip", table())).stdout();
    }
}

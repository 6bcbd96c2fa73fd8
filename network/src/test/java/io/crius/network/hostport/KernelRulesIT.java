package io.crius.network.hostport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.IoCallable;
import io.crius.linux.Linux;
import io.crius.model.PodId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real traffic between three network namespaces: a node, a pod on its bridge, and somebody outside. */
class KernelRulesIT {
    private final String suffix =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()).substring(0, 6);
    private final String node = "crn" + suffix;
    private final String pod = "crp" + suffix;
    private final String outside = "cro" + suffix;
    private final Linux linux = Linux.real();
    private final List<AutoCloseable> sockets = new ArrayList<>();

    /** Which program writes the rules. */
    enum By {
        NFT,
        IPTABLES
    }

    @BeforeEach
    void makeTheNode() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
        for (String namespace : List.of(node, pod, outside)) {
            run("ip", "netns", "add", namespace);
            run("ip", "-n", namespace, "link", "set", "lo", "up");
        }
        sh(
                node,
                "ip link add br0 type bridge; ip link set br0 up; ip addr add 10.99.0.1/24 dev br0;"
                        + " ip addr add fd99::1/64 dev br0 nodad; ip link add v1 type veth peer name eth0 netns " + pod
                        + "; ip link set v1 master br0 up; ip link set v1 type bridge_slave hairpin on; ip link add x0 type veth peer name eth0 netns "
                        + outside
                        + "; ip link set x0 up; ip addr add 192.0.2.1/24 dev x0; ip addr add 192.0.2.3/24 dev x0;"
                        + " ip addr add 2001:db8::1/64 dev x0 nodad; sysctl -qw net.ipv4.ip_forward=1"
                        + " net.ipv6.conf.all.forwarding=1 net.ipv4.conf.br0.route_localnet=1");
        sh(
                pod,
                "ip link set eth0 up; ip addr add 10.99.0.2/24 dev eth0; ip addr add fd99::2/64 dev eth0 nodad;"
                        + " ip route add default via 10.99.0.1; ip -6 route add default via fd99::1");
        sh(
                outside,
                "ip link set eth0 up; ip addr add 192.0.2.2/24 dev eth0; ip addr add 2001:db8::2/64 dev eth0 nodad");
    }

    @AfterEach
    void takeItAway() throws Exception {
        for (AutoCloseable socket : sockets) {
            socket.close();
        }
        for (String namespace : List.of(node, pod, outside)) {
            new ProcessBuilder("ip", "netns", "del", namespace)
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        }
    }

    private KernelRules rules(By by) {
        Program inNode = (command, input) -> {
            var inside = new ArrayList<>(List.of("ip", "netns", "exec", node));
            inside.addAll(command);
            return Program.REAL.run(inside, input);
        };
        return switch (by) {
            case NFT -> new NftRules("crius-test", inNode);
            case IPTABLES -> new IptablesRules("CRIUS-TEST", inNode);
        };
    }

    private static PodPorts ports(HostPort... ports) {
        return new PodPorts(new PodId("1".repeat(64)), "default/web", List.of(ports), List.of("10.99.0.2", "fd99::2"));
    }

    @ParameterizedTest
    @EnumSource
    void aPortIsReachedFromEverywhere(By by) throws Exception {
        rules(by).write(List.of(ports(HostPort.parse(Transport.TCP, "", 8080, 80))));
        ServerSocketChannel server = serve("10.99.0.2");
        assertThat(reaches(outside, "192.0.2.1", 8080, server)).isTrue();
        assertThat(reaches(node, "127.0.0.1", 8080, server)).as("at loopback").isTrue();
        assertThat(reaches(node, "192.0.2.1", 8080, server)).as("from the node").isTrue();
        assertThat(reaches(pod, "10.99.0.1", 8080, server))
                .as("from the pod itself")
                .isTrue();
        ServerSocketChannel six = serve("fd99::2");
        assertThat(reaches(outside, "2001:db8::1", 8080, six)).as("over IPv6").isTrue();
        assertThat(reaches(pod, "fd99::1", 8080, six))
                .as("from the pod itself over IPv6")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void onOneAddressItIsReachedThereOnly(By by) throws Exception {
        rules(by).write(List.of(ports(HostPort.parse(Transport.TCP, "192.0.2.3", 8080, 80))));
        ServerSocketChannel server = serve("10.99.0.2");
        assertThat(reaches(outside, "192.0.2.3", 8080, server)).isTrue();
        assertThat(reaches(outside, "192.0.2.1", 8080, server)).isFalse();
    }

    /** Also those of a flow that began before the port led anywhere. */
    @ParameterizedTest
    @EnumSource
    void datagramsReachThePod(By by) throws Exception {
        DatagramSocket server = inside(pod, () -> new DatagramSocket(new InetSocketAddress("10.99.0.2", 53)));
        DatagramSocket client = inside(outside, () -> new DatagramSocket(new InetSocketAddress("192.0.2.2", 0)));
        server.setSoTimeout(5000);
        client.setSoTimeout(5000);
        var question = new DatagramPacket(new byte[] {1}, 1, new InetSocketAddress("192.0.2.1", 5353));
        client.send(question);

        KernelRules rules = rules(by);
        PodPorts led = ports(HostPort.parse(Transport.UDP, "", 5353, 53));
        rules.write(List.of(led));
        rules.forgetFlows(led);
        client.send(question);

        var received = new DatagramPacket(new byte[8], 8);
        server.receive(received);
        server.send(new DatagramPacket(new byte[] {2}, 1, received.getSocketAddress()));
        var answer = new DatagramPacket(new byte[8], 8);
        client.receive(answer);
        assertThat(answer.getSocketAddress()).isEqualTo(new InetSocketAddress("192.0.2.1", 5353));
    }

    /** Without it a client that goes on sending reaches nobody, or whoever has the address next. */
    @ParameterizedTest
    @EnumSource
    void aFlowDoesNotStickToAPodWhosePortsAreClosed(By by) throws Exception {
        assumeTrue(io.crius.network.Commands.exist("conntrack"), "needs conntrack");
        sh(pod, "ip addr add 10.99.0.3/24 dev eth0");
        DatagramSocket old = inside(pod, () -> new DatagramSocket(new InetSocketAddress("10.99.0.2", 53)));
        DatagramSocket next = inside(pod, () -> new DatagramSocket(new InetSocketAddress("10.99.0.3", 53)));
        DatagramSocket client = inside(outside, () -> new DatagramSocket(new InetSocketAddress("192.0.2.2", 0)));
        old.setSoTimeout(5000);
        next.setSoTimeout(5000);
        var question = new DatagramPacket(new byte[] {1}, 1, new InetSocketAddress("192.0.2.1", 5353));
        KernelRules rules = rules(by);
        var ports = new HostPorts(rules);
        PodPorts first = ports(HostPort.parse(Transport.UDP, "", 5353, 53));
        ports.open(first);
        assertThat(rules.areThere(List.of(first))).isTrue();
        client.send(question);
        old.receive(new DatagramPacket(new byte[8], 8));

        ports.close(first.pod());
        assertThat(rules.areThere(List.of(first))).isFalse();
        client.send(question);
        assertThat(sh(node, "conntrack -L -p udp 2>&1")).doesNotContain("src=10.99.0.2 ");
        ports.open(first.at(List.of("10.99.0.3")));
        client.send(question);
        next.receive(new DatagramPacket(new byte[8], 8));
        assertThat(receivesNow(old)).as("the pod that is gone").isFalse();
    }

    /** Nothing is on its way: what was sent last has arrived elsewhere. */
    private static boolean receivesNow(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(1);
        try {
            socket.receive(new DatagramPacket(new byte[8], 8));
            return true;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotWrittenAnyMoreLeadsNowhereAndNothingIsLeft(By by) throws Exception {
        String before = ruleset();
        KernelRules rules = rules(by);
        sh(node, "nft add table ip mine; nft add chain ip mine kept");
        PodPorts both = ports(
                HostPort.parse(Transport.TCP, "", 8080, 80),
                HostPort.parse(Transport.TCP, "", 8081, 80),
                HostPort.parse(Transport.SCTP, "", 8082, 80));
        rules.write(List.of(both));
        rules.write(List.of(both));
        ServerSocketChannel server = serve("10.99.0.2");
        assertThat(reaches(outside, "192.0.2.1", 8081, server)).isTrue();
        rules.write(List.of(ports(HostPort.parse(Transport.TCP, "", 8080, 80))));
        assertThat(reaches(outside, "192.0.2.1", 8081, server)).isFalse();
        rules.write(List.of());
        rules.write(List.of());
        sh(node, "nft list chain ip mine kept; nft delete table ip mine");
        assertThat(ruleset()).isEqualTo(before);
        rules.forgetFlows(both);
    }

    /** Without what iptables leaves of its own: empty chains that hook into the kernel. */
    private String ruleset() throws Exception {
        return sh(node, "nft list ruleset")
                .lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).contains("crius"))
                .toList()
                .toString();
    }

    /** A socket stays in the namespace that it was made in. */
    private <T extends AutoCloseable> T inside(String namespace, IoCallable<T> maker) throws IOException {
        T socket = linux.namespaces().inNetwork(Path.of("/run/netns", namespace), maker);
        sockets.add(socket);
        return socket;
    }

    private ServerSocketChannel serve(String address) throws IOException {
        ServerSocketChannel server =
                inside(pod, () -> ServerSocketChannel.open(family(address)).bind(new InetSocketAddress(address, 80)));
        server.configureBlocking(false);
        return server;
    }

    private static StandardProtocolFamily family(String address) {
        return address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    private boolean reaches(String from, String address, int port, ServerSocketChannel server) throws IOException {
        try (SocketChannel client = inside(from, () -> SocketChannel.open(family(address)))) {
            client.socket().connect(new InetSocketAddress(address, port), 5000);
            try (SocketChannel accepted = server.accept()) {
                return accepted != null;
            }
        } catch (ConnectException _) {
            // Nothing leads anywhere.
            return false;
        }
    }

    private static String sh(String namespace, String script) throws IOException {
        return run("ip", "netns", "exec", namespace, "sh", "-ec", script);
    }

    private static String run(String... command) throws IOException {
        Program.Run run = Program.REAL.run(List.of(command), "");
        assertThat(run.succeeded())
                .as(String.join(" ", command) + ": " + run.output())
                .isTrue();
        return run.output();
    }
}

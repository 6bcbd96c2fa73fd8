package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.PodIP;
import io.crius.cri.v1.PodSandboxNetworkStatus;
import io.crius.cri.v1.Protocol;
import io.grpc.Status;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods with an address of each family and a limited bandwidth. Ports are led by the server where it can, else by portmap. */
class DualStackIT {
    private static final String SERVE = "httpd -f -p 8080 -h /var/www";
    private static final String INGRESS = "kubernetes.io/ingress-bandwidth";
    private static final String EGRESS = "kubernetes.io/egress-bandwidth";

    @RegisterExtension
    static final Node node = new Node();

    private static final String PREFIX = "fd99:"
            + HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt()) + "::";

    @BeforeEach
    void theNetworkHasBothFamilies() throws Exception {
        Assumptions.assumeTrue(
                Files.readString(Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6"))
                        .startsWith("0"),
                "needs IPv6");
        Path file = node.testNode().network().conflist();
        String before = Files.readString(file);
        if (before.contains(PREFIX)) {
            return;
        }
        String portmap = "{\"type\": \"portmap\", \"capabilities\": {\"portMappings\": true}}";
        String bandwidth = "{\"type\": \"bandwidth\", \"capabilities\": {\"bandwidth\": true}}";
        String after = before.replace("\"}]]", "\"}], [{\"subnet\": \"" + PREFIX + "/64\"}]]")
                .replace("{\"dst\": \"0.0.0.0/0\"}", "{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"::/0\"}")
                .replace(portmap, Choice.kind().has(Trait.READS_CRIO_CONF) ? bandwidth : portmap + ", " + bandwidth);
        assertThat(after).contains(PREFIX, "::/0", bandwidth);
        Files.writeString(file, after);
        Await.until("the network is read again", Node.LIMIT, () -> {
            Pod probe = node.runPod("probe");
            boolean both = ips(probe).size() == 2;
            node.pods().remove(probe.id());
            return both;
        });
    }

    private static List<String> ips(Pod pod) {
        PodSandboxNetworkStatus network = node.pods().status(pod.id()).getNetwork();
        var ips = new ArrayList<>(List.of(network.getIp()));
        network.getAdditionalIpsList().stream().map(PodIP::getIp).forEach(ips::add);
        return ips;
    }

    @Test
    void aPodIsReachedAtItsAddressOfEachFamily() throws Exception {
        Pod pod = node.runPod("server");
        List<String> ips = ips(pod);
        assertThat(ips).hasSize(2);
        assertThat(ips.getFirst()).startsWith(gateway().substring(0, gateway().lastIndexOf('.') + 1));
        assertThat(ips.getLast()).startsWith(PREFIX);
        node.run(pod, node.shell("main", SERVE));
        for (String host : List.of(ips.getFirst(), "[" + ips.getLast() + "]")) {
            isServedAt(host, 8080);
        }
        String client = node.run(node.runPod("client"), node.idle("main"));
        assertThat(node.containers()
                        .exec(client, "wget", "-qO-", "http://[" + ips.getLast() + "]:8080/index.html")
                        .stdout())
                .as("from another pod")
                .isEqualTo("served by crius\n");
    }

    @Test
    void aPortOfTheNodeLeadsToThePodInBothFamilies() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").tcpPort(port, 8080).port(Protocol.UDP, "", port, 5353));
        String main = node.run(pod, node.shell("main", SERVE));
        isServedAt(gateway(), port);
        isServedAt("[" + PREFIX + "1]", port);
        try (DatagramSocket _ = PodSockets.answering(node.pid(main), 5353, "datagrams");
                DatagramSocket client = new DatagramSocket()) {
            for (String host : List.of(gateway(), PREFIX + "1")) {
                Await.until(
                        "datagrams are answered at " + host,
                        Node.LIMIT,
                        () -> PodSockets.ask(client, host, port).equals("datagrams"));
            }
        }
        node.containers().stop(main, Duration.ZERO);
        node.pods().stop(pod.id());
        assertThat(WebPage.at("[" + PREFIX + "1]", port)).isEmpty();
    }

    @Test
    void onOneAddressOfIpv6APortIsServedThereAlone() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").port(Protocol.TCP, PREFIX + "1", port, 8080));
        node.run(pod, node.shell("main", SERVE));
        isServedAt("[" + PREFIX + "1]", port);
        assertThat(WebPage.at(gateway(), port)).isEmpty();
    }

    /** The limit of what a pod is sent is at its interface on the node, of what it sends at one beside it. */
    @Test
    void theBandwidthOfAPodIsLimitedAsItsAnnotationsSay() throws Exception {
        Pod pod = node.run(node.pod("limited").annotation(INGRESS, "10M").annotation(EGRESS, "5M"));
        assertThat(limits()).containsExactlyInAnyOrder("10Mbit", "5Mbit");
        node.pods().stop(pod.id());
        assertThat(limits()).isEmpty();
        node.run(node.pod("free"));
        assertThat(limits()).isEmpty();
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aBandwidthThatIsNoneIsRefused() throws Exception {
        for (String[] wrong : new String[][] {
            {INGRESS, "fast", "pod annotation " + INGRESS + " \"fast\": it is not a Kubernetes quantity"},
            {EGRESS, "10", "pod annotation " + EGRESS + " \"10\": it is not between 1k and 1P bits per second"},
            {EGRESS, "-1M", "pod annotation " + EGRESS + " \"-1M\": it is not a Kubernetes quantity"}
        }) {
            Grpc refusal = Grpc.failure(() -> node.run(node.pod("limited").annotation(wrong[0], wrong[1])));
            assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refusal.message()).contains(wrong[2]);
        }
        assertThat(node.pods().list()).isEmpty();
    }

    /** Rates of the interfaces of pods on this bridge, and of the interfaces that the plugin makes beside them. */
    private static List<String> limits() throws Exception {
        String bridge = node.testNode().network().bridge();
        var ports = Command.run("ip", "-o", "link", "show", "master", bridge)
                .lines()
                .map(line -> line.split("[:@ ]+")[1])
                .toList();
        var rates = new ArrayList<String>();
        for (String port : ports) {
            String redirected = Command.run("tc", "filter", "show", "dev", port, "parent", "ffff:");
            var beside = Pattern.compile("to device ([^)]+)\\)").matcher(redirected);
            var devices = new LinkedHashSet<>(List.of(port));
            while (beside.find()) {
                devices.add(beside.group(1));
            }
            for (String device : devices) {
                var rate = Pattern.compile("qdisc tbf .* rate (\\S+) ")
                        .matcher(Command.run("tc", "qdisc", "show", "dev", device));
                while (rate.find()) {
                    rates.add(rate.group(1));
                }
            }
        }
        return rates;
    }

    private static void isServedAt(String host, int port) throws Exception {
        Await.until(
                "it is served at " + host + " port " + port,
                Node.LIMIT,
                () -> WebPage.at(host, port).equals("served by crius\n"));
    }

    private static String gateway() {
        String subnet = node.testNode().network().subnet();
        return subnet.substring(0, subnet.lastIndexOf('.')) + ".1";
    }
}

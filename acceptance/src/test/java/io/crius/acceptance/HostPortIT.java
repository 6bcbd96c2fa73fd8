package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ports of the node on a network whose plugins do not lead them to pods. */
@Needs(Trait.READS_CRIO_CONF)
class HostPortIT {
    private static final String SERVE = "httpd -f -p 8080 -h /var/www";

    @RegisterExtension
    static final Node node = new Node();

    private static Path file = Path.of("");
    private static String withPortmap = "";

    /** The network of the other tests, without its last plugin. */
    @BeforeEach
    void theNetworkTakesNoPorts() throws Exception {
        try (Stream<Path> files = Files.list(node.testNode().network().configuration())) {
            file = files.findFirst().orElseThrow();
        }
        withPortmap = Files.readString(file);
        String without = withPortmap.replaceAll("(?s),\\s*\\{[^{}]*\"portmap\"[^{}]*(\\{[^{}]*\\})?[^{}]*\\}", "");
        assertThat(without).isNotEqualTo(withPortmap);
        Files.writeString(file, without);
        Await.until("the network is read again", Node.LIMIT, HostPortIT::isLedByTheServer);
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
        Files.writeString(file, withPortmap);
    }

    @AfterAll
    static void nothingIsLeft() throws Exception {
        assertThat(ruleset()).isEmpty();
    }

    @Test
    void aPortOfTheNodeLeadsToThePodUntilItIsStopped() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").tcpPort(port, 8080));
        node.run(pod, node.shell("main", SERVE));
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
        node.pods().stop(pod.id());
        assertThat(WebPage.at(gateway(), port)).isEmpty();
        assertThat(ruleset()).isEmpty();
    }

    @Test
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
    void portsOutliveTheServerAndAreWrittenAgain() throws Exception {
        int port = LoopbackRegistry.freePort();
        Pod pod = node.run(node.pod("server").tcpPort(port, 8080));
        node.run(pod, node.shell("main", SERVE));
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
        node.pods().remove(pod.id());
        assertThat(ruleset()).isEmpty();
    }

    @Test
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
        return Command.attempt(java.util.List.of("nft", "list", "table", "ip", table()))
                .stdout();
    }
}

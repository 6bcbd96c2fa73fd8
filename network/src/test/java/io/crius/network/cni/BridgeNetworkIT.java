package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.network.Commands;
import io.crius.network.cni.CapabilityArguments.PortMapping;
import io.crius.network.cni.CapabilityArguments.Protocol;
import io.crius.network.cni.PluginListener.Execution;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference plugins on this kernel: bridge, host-local and portmap. */
class BridgeNetworkIT {
    private static final System.Logger LOG = System.getLogger(BridgeNetworkIT.class.getName());

    @TempDir
    Path folder;

    @BeforeEach
    void requireTheTools() {
        assumeTrue(
                Files.isRegularFile(BridgeNode.PLUGINS.resolve("bridge")), "no CNI plugins in " + BridgeNode.PLUGINS);
        assumeTrue(
                Commands.exist("ip", "iptables", "nsenter", "busybox"), "ip, iptables, nsenter or busybox is missing");
        assumeTrue(System.getProperty("user.name").equals("root"), "namespaces need root");
    }

    @Test
    void givesPodsAddressesByWhichTheyReachEachOther() throws Exception {
        try (var node = new BridgeNode(folder)) {
            PodAttachment one = node.pod(CapabilityArguments.NONE);
            PodAttachment two = node.pod(CapabilityArguments.NONE);
            node.networks.awaitReady(BridgeNode.soon());

            CniResult first = node.networks.attach(one, BridgeNode.soon());
            CniResult second = node.networks.attach(two, BridgeNode.soon());

            assertThat(first.podIps())
                    .hasSize(1)
                    .allSatisfy(ip -> assertThat(ip).startsWith(node.subnet));
            assertThat(first.podIps()).isNotEqualTo(second.podIps());
            assertThat(node.takenAddresses())
                    .containsExactlyInAnyOrder(
                            first.podIps().getFirst(), second.podIps().getFirst());
            assertThat(Commands.inNetwork(one.netns(), "ip", "-o", "-4", "address"))
                    .contains("127.0.0.1/8")
                    .contains(first.podIps().getFirst() + "/24");
            assertThat(Commands.inNetwork(one.netns(), "ip", "-4", "route"))
                    .contains("default via " + node.subnet + "1 dev eth0");
            ping(one, second);
            ping(two, first);
            assertThat(node.networks.cachedResult(two)).contains(second);
        }
    }

    @Test
    void leavesNothingOfAPodBehindAfterDetach() throws Exception {
        try (var node = new BridgeNode(folder)) {
            node.networks.awaitReady(BridgeNode.soon());
            List<String> before = BridgeNode.attachmentChains();
            int port = ThreadLocalRandom.current().nextInt(40_000, 60_000);
            PodAttachment pod = node.pod(hostPort(port));
            node.networks.attach(pod, BridgeNode.soon());
            assertThat(node.networks.takesPortMappings()).isTrue();
            assertThat(node.rulesOf(pod)).isNotEmpty();
            assertThat(node.ports()).isNotEmpty();

            node.networks.detach(pod, BridgeNode.soon());
            node.networks.detach(pod, BridgeNode.soon());

            assertThat(node.rulesOf(pod)).isEmpty();
            assertThat(BridgeNode.attachmentChains()).isSubsetOf(before);
            assertThat(node.ports()).isEmpty();
            assertThat(node.takenAddresses()).isEmpty();
            assertThat(node.cacheFiles()).isEmpty();
            assertThat(Commands.inNetwork(pod.netns(), "ip", "-o", "link")).doesNotContain("eth0");
        }
    }

    @Test
    void checkSaysWhatSomebodyTookFromThePod() throws Exception {
        try (var node = new BridgeNode(folder)) {
            PodAttachment pod = node.pod(hostPort(ThreadLocalRandom.current().nextInt(40_000, 60_000)));
            node.networks.awaitReady(BridgeNode.soon());
            CniResult made = node.networks.attach(pod, BridgeNode.soon());
            node.networks.check(pod, BridgeNode.soon());
            assertThat(node.executions)
                    .filteredOn(one -> one.verb().equals("CHECK"))
                    .extracting(Execution::plugin)
                    .containsExactly("bridge", "portmap");

            Commands.inNetwork(pod.netns(), "ip", "route", "delete", "default");
            assertThatThrownBy(() -> node.networks.check(pod, BridgeNode.soon()))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageStartingWith(
                            "check pod default/it (" + pod.id().abbreviated() + "): plugin \"bridge\" (CHECK)")
                    .hasMessageContaining("0.0.0.0");
            Commands.inNetwork(pod.netns(), "ip", "route", "add", "default", "via", node.subnet + "1");
            node.networks.check(pod, BridgeNode.soon());

            Commands.inNetwork(pod.netns(), "ip", "link", "delete", "eth0");
            assertThatThrownBy(() -> node.networks.check(pod, BridgeNode.soon()))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining("plugin \"bridge\" (CHECK)")
                    .hasMessageContaining("eth0");
            assertThat(node.networks.cachedResult(pod)).contains(made);
        }
    }

    /** So that nobody is told of networks that nobody broke. */
    @Test
    void checkIsContentWithWhatTheUsualPluginsMade() throws Exception {
        String bandwidth = "{\"type\":\"bandwidth\",\"capabilities\":{\"bandwidth\":true}}";
        String tuning = "{\"type\":\"tuning\",\"sysctl\":{\"net.ipv4.conf.all.log_martians\":\"1\"}}";
        try (var node = BridgeNode.dualStack(
                folder,
                "fd98:0:0:" + Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 16)),
                bandwidth,
                tuning)) {
            var limits = CapabilityArguments.ofAnnotations(
                    Map.of("kubernetes.io/ingress-bandwidth", "10M", "kubernetes.io/egress-bandwidth", "10M"));
            PodAttachment pod = node.pod(
                    limits.withPortMappings(hostPort(ThreadLocalRandom.current().nextInt(40_000, 60_000))
                            .portMappings()));
            node.networks.awaitReady(BridgeNode.soon());
            assertThat(node.networks.attach(pod, BridgeNode.soon()).podIps()).hasSize(2);

            node.networks.check(pod, BridgeNode.soon());

            assertThat(node.executions)
                    .filteredOn(one -> one.verb().equals("CHECK"))
                    .extracting(Execution::plugin)
                    .containsExactly("bridge", "bandwidth", "tuning", "portmap");
        }
    }

    @Test
    void forwardsHostPortsThroughPortmap() throws Exception {
        try (var node = new BridgeNode(folder)) {
            int port = ThreadLocalRandom.current().nextInt(40_000, 60_000);
            PodAttachment pod = node.pod(hostPort(port));
            node.networks.awaitReady(BridgeNode.soon());
            node.networks.attach(pod, BridgeNode.soon());
            Process server = new ProcessBuilder(
                            "nsenter", "--net=" + pod.netns(), "busybox", "nc", "-l", "-p", "80", "-e", "echo", "hello")
                    .start();
            try {
                assertThat(readFrom(new InetSocketAddress(node.subnet + "1", port)))
                        .isEqualTo("hello");
            } finally {
                server.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void undoesTheFirstPluginsWhenALaterOneFails() throws Exception {
        String tuning = "{\"type\":\"tuning\",\"sysctl\":{\"net.ipv4.conf.eth0.no_such_key\":\"1\"}}";
        try (var node = new BridgeNode(folder, tuning)) {
            PodAttachment pod = node.pod(CapabilityArguments.NONE);
            node.networks.awaitReady(BridgeNode.soon());

            assertThatThrownBy(() -> node.networks.attach(pod, BridgeNode.soon()))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining("plugin \"tuning\" (ADD) after ")
                    .hasMessageContaining("no_such_key")
                    .hasMessageContaining("; before it succeeded: bridge ");

            assertThat(node.rulesOf(pod)).isEmpty();
            assertThat(node.ports()).isEmpty();
            assertThat(node.takenAddresses()).isEmpty();
            assertThat(node.cacheFiles()).isEmpty();
        }
    }

    @Test
    void givesTheAddressBackAlthoughTheNamespaceIsGone() throws Exception {
        try (var node = new BridgeNode(folder)) {
            PodAttachment pod = node.pod(hostPort(ThreadLocalRandom.current().nextInt(40_000, 60_000)));
            node.networks.awaitReady(BridgeNode.soon());
            node.networks.attach(pod, BridgeNode.soon());
            node.release(pod);

            node.networks.detach(pod, BridgeNode.soon());

            assertThat(node.takenAddresses()).isEmpty();
            assertThat(node.cacheFiles()).isEmpty();
            assertThat(node.rulesOf(pod)).as("rules of portmap").noneMatch(rule -> rule.contains("CNI-DN-"));
        }
    }

    @Test
    void collectsThePodOfADaemonThatNobodyRemembers() throws Exception {
        try (var node = new BridgeNode(folder)) {
            PodAttachment forgotten = node.pod(CapabilityArguments.NONE);
            PodAttachment known = node.pod(CapabilityArguments.NONE);
            node.networks.awaitReady(BridgeNode.soon());
            node.networks.attach(forgotten, BridgeNode.soon());
            String kept =
                    node.networks.attach(known, BridgeNode.soon()).podIps().getFirst();
            node.release(forgotten);

            node.networks.collectGarbage(() -> Set.of(known.id()), BridgeNode.soon());

            assertThat(node.takenAddresses()).containsExactly(kept);
            assertThat(node.cacheFiles()).hasSize(1);
        }
    }

    @Test
    void addsLittleToTheTimeOfThePluginsThemselves() throws Exception {
        try (var node = new BridgeNode(folder)) {
            node.networks.awaitReady(BridgeNode.soon());
            var attach = new ArrayList<Cost>();
            var detach = new ArrayList<Cost>();
            for (int i = 0; i < 30; i++) {
                PodAttachment pod =
                        node.pod(hostPort(ThreadLocalRandom.current().nextInt(40_000, 60_000)));
                attach.add(cost(node, () -> node.networks.attach(pod, BridgeNode.soon())));
                detach.add(cost(node, () -> node.networks.detach(pod, BridgeNode.soon())));
                node.release(pod);
            }

            attach.subList(0, 10).clear();
            detach.subList(0, 10).clear();
            LOG.log(System.Logger.Level.INFO, "attach " + describe(attach) + "; detach " + describe(detach));
            assertThat(median(attach.stream().map(Cost::own).toList())).isLessThan(Duration.ofMillis(10));
            assertThat(median(detach.stream().map(Cost::own).toList())).isLessThan(Duration.ofMillis(10));
        }
    }

    private record Cost(Duration whole, Duration plugins) {
        Duration own() {
            return whole.minus(plugins);
        }
    }

    private static Cost cost(BridgeNode node, Runnable work) {
        node.executions.clear();
        long start = System.nanoTime();
        work.run();
        Duration whole = Duration.ofNanos(System.nanoTime() - start);
        return new Cost(whole, node.executions.stream().map(Execution::took).reduce(Duration.ZERO, Duration::plus));
    }

    private static String describe(List<Cost> costs) {
        return "p50 " + millis(median(costs.stream().map(Cost::whole).toList())) + " ms, of it plugins "
                + millis(median(costs.stream().map(Cost::plugins).toList())) + " ms, own "
                + millis(median(costs.stream().map(Cost::own).toList())) + " ms";
    }

    private static String millis(Duration duration) {
        return String.format("%.2f", duration.toNanos() / 1e6);
    }

    private static Duration median(List<Duration> durations) {
        return durations.stream().sorted().toList().get(durations.size() / 2);
    }

    private static CapabilityArguments hostPort(int port) {
        return CapabilityArguments.NONE.withPortMappings(
                List.of(new PortMapping(port, 80, Protocol.TCP, Optional.empty())));
    }

    private static void ping(PodAttachment from, CniResult to) throws IOException, InterruptedException {
        Commands.inNetwork(
                from.netns(),
                "busybox",
                "ping",
                "-c",
                "1",
                "-W",
                "5",
                to.podIps().getFirst());
    }

    private static String readFrom(InetSocketAddress address) throws InterruptedException, IOException {
        Deadline deadline = BridgeNode.soon();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(address, 2000);
                return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                        .strip();
            } catch (IOException e) {
                if (deadline.isOver()) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }
}

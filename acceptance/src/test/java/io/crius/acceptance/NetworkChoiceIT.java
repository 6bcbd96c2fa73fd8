package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.RuntimeCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node with several networks, one of which its configuration names, and what is done about attachments of pods that are gone. */
@Needs(Trait.READS_CRIO_CONF)
class NetworkChoiceIT {
    /** Garbage is collected 10 s after the start. */
    private static final Duration COLLECTION = Duration.ofSeconds(60);

    private static final Path CACHE = Path.of("/var/lib/cni/results");
    private static final String UNKNOWN = "f".repeat(64);
    private static final String PREFIX = "198.18." + ThreadLocalRandom.current().nextInt(256) + ".";

    @RegisterExtension
    static final Node node = new Node();

    private static Path collections = Path.of("");

    /** The one that is named is neither the first nor the only one; the last one's plugin writes down what it is told by GC. */
    @BeforeAll
    static void thereAreSeveralNetworks() throws Exception {
        node.testNode().target().kill();
        Path folder = node.testNode().folder();
        collections = folder.resolve("collections");
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Launcher.program(plugins.resolve("recorder"), """
                case $CNI_COMMAND in
                VERSION) echo '{"cniVersion": "1.1.0", "supportedVersions": ["1.1.0"]}' ;;
                GC) cat >> %s ;;
                esac""".formatted(collections));
        Files.writeString(
                conflist("20-chosen"), """
                {"cniVersion": "1.0.0", "name": "chosen", "plugins": [{"type": "ptp", "ipam": {
                  "type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "%s0/24"}]]}}]}
                """.formatted(node.testNode().network().addresses(), PREFIX));
        Files.writeString(
                conflist("30-recorded"),
                "{\"cniVersion\": \"1.1.0\", \"name\": \"recorded\", \"plugins\": [{\"type\": \"recorder\"}]}");
        Files.writeString(folder.resolve("d/crius.conf.d/20-network.conf"), """
                [crio.network]
                cni_default_network = "chosen"
                plugin_dirs = ["%s", "/usr/lib/cni"]
                """.formatted(plugins));
        node.testNode().startTarget();
    }

    private static Path conflist(String name) {
        return node.testNode().network().configuration().resolve(name + ".conflist");
    }

    @Test
    void podsAreAttachedToTheNetworkThatTheNodeNames() throws Exception {
        Pod pod = node.runPod("web");
        assertThat(node.pods().status(pod.id()).getNetwork().getIp()).startsWith(PREFIX);
    }

    @Test
    void withoutItTheNodeIsNotReadyAlthoughThereAreOthers() throws Exception {
        Path aside = Files.move(conflist("20-chosen"), conflist("20-chosen").resolveSibling("aside"));
        try {
            String why = Await.value(
                    "the network is not ready",
                    Node.LIMIT,
                    () -> Optional.of(network()).filter(c -> !c.getStatus()).map(RuntimeCondition::getMessage));
            assertThat(why)
                    .contains("the default network \"chosen\" is wanted")
                    .contains("30-recorded.conflist is network \"recorded\"");
        } finally {
            Files.move(aside, conflist("20-chosen"));
        }
        Await.until("the network is ready again", Node.LIMIT, () -> network().getStatus());
    }

    private static RuntimeCondition network() {
        return node.condition("NetworkReady");
    }

    /** The address of a pod that nobody knows is given back; podman's attachments, and those of pods that live, are not touched. */
    @Test
    void garbageIsCollectedAfterTheStart() throws Exception {
        Pod pod = node.runPod("web");
        String ip = node.pods().status(pod.id()).getNetwork().getIp();
        Path known = CACHE.resolve("chosen-" + pod.id() + "-eth0");
        Path unknown = CACHE.resolve("chosen-" + UNKNOWN + "-eth0");
        Path podmans = CACHE.resolve("chosen-" + UNKNOWN.replace('f', 'e') + "-eth0");
        Path addresses = node.testNode().network().addresses().resolve("chosen");
        Path address = addresses.resolve(PREFIX + "77");
        node.testNode().target().kill();
        Files.deleteIfExists(collections);
        try {
            String attachment = Files.readString(known).replace(pod.id(), UNKNOWN);
            Files.writeString(unknown, attachment);
            Files.writeString(
                    podmans,
                    attachment.replace(UNKNOWN, UNKNOWN.replace('f', 'e')).replace("K8S_POD_INFRA", "OTHER"));
            Files.writeString(address, UNKNOWN + "\r\neth0");
            node.testNode().startTarget();
            Await.until("plugins are told of what is valid", COLLECTION, () -> isTold(pod.id()));
            assertThat(address).doesNotExist();
            assertThat(unknown).doesNotExist();
            assertThat(known).exists();
            assertThat(podmans).exists();
            assertThat(addresses.resolve(ip)).exists();
            assertThat(collections).content().doesNotContain(UNKNOWN);
        } finally {
            for (Path file : new Path[] {unknown, podmans, address}) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** By the whole of what a plugin reads, which ends with the object. */
    private static boolean isTold(String pod) throws IOException {
        return Files.exists(collections)
                && Files.readString(collections).contains("cni.dev/valid-attachments")
                && Files.readString(collections).contains(pod);
    }
}

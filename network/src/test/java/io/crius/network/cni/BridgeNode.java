package io.crius.network.cni;

import io.crius.linux.Linux;
import io.crius.model.Deadline;
import io.crius.model.PodId;
import io.crius.network.Commands;
import io.crius.network.cni.PluginListener.Execution;
import io.crius.network.pod.NamespaceSettings;
import io.crius.network.pod.PodNamespace;
import io.crius.network.pod.PodNamespaces;
import io.crius.network.pod.PodPins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** A CNI node with the reference plugins, and with a bridge, a subnet and state folders of its own. */
final class BridgeNode implements AutoCloseable {
    static final Path PLUGINS = Path.of("/usr/lib/cni");

    private static final String PORTMAP = "{\"type\":\"portmap\",\"capabilities\":{\"portMappings\":true}}";

    final String bridge;
    final String network;
    final String subnet;
    final PodNamespaces namespaces;
    final PluginNetworks networks;
    final Path addresses;
    final Path cache;
    final Path config;
    final List<Execution> executions = new CopyOnWriteArrayList<>();
    private final List<PodAttachment> pods = new ArrayList<>();

    /** {@code further} is the JSON of plugins after bridge; portmap follows them. */
    BridgeNode(Path folder, String... further) throws IOException {
        this(folder, "", further);
    }

    /** Whose pods have an address of IPv6 as well, of a network that is given as its first 64 bits. */
    static BridgeNode dualStack(Path folder, String prefix, String... further) throws IOException {
        return new BridgeNode(folder, ",[{\"subnet\":\"" + prefix + "::/64\"}]", further);
    }

    private BridgeNode(Path folder, String secondRange, String[] further) throws IOException {
        var random = ThreadLocalRandom.current();
        String suffix = String.format("%06x", random.nextInt(1 << 24));
        bridge = "crt" + suffix;
        network = "crius-test-" + suffix;
        subnet = "10." + random.nextInt(200, 250) + "." + random.nextInt(1, 255) + ".";
        addresses = folder.resolve("ipam");
        cache = folder.resolve("cache");
        Path directory = Files.createDirectories(folder.resolve("net.d"));
        config = directory.resolve("10-test.conflist");
        Linux linux = Linux.real();
        namespaces = new PodNamespaces(folder.resolve("ns"), linux.namespaces(), linux.features());
        var plugins = new ArrayList<>(List.of(bridgeJson(secondRange)));
        plugins.addAll(List.of(further));
        plugins.add(PORTMAP);
        Files.writeString(
                config,
                "{\"cniVersion\":\"1.0.0\",\"name\":\"" + network + "\",\"plugins\":[" + String.join(",", plugins)
                        + "]}");
        var options = CniOptions.of(directory, List.of(PLUGINS)).withCacheDirectory(cache);
        networks = PluginNetworks.start(options, linux, namespaces::isLive, executions::add);
    }

    private String bridgeJson(String secondRange) {
        return "{\"type\":\"bridge\",\"bridge\":\"" + bridge
                + "\",\"isGateway\":true,\"ipMasq\":true,\"hairpinMode\":true,\"ipam\":{\"type\":\"host-local\",\"dataDir\":\""
                + addresses + "\",\"ranges\":[[{\"subnet\":\"" + subnet
                + "0/24\"}]" + secondRange + "],\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}}";
    }

    /** A pod with namespaces, not attached yet. */
    PodAttachment pod(CapabilityArguments capabilities) {
        PodPins pins = namespaces.plan(PodId.random(), EnumSet.of(PodNamespace.NETWORK));
        var name = new PodAttachment.PodName("default", "it", pins.pod().abbreviated());
        var pod = PodAttachment.eth0(pins.pod(), name, pins.network().orElseThrow(), capabilities);
        pods.add(pod);
        namespaces.create(pins, NamespaceSettings.NONE);
        return pod;
    }

    void release(PodAttachment pod) {
        namespaces.release(namespaces.plan(pod.id(), EnumSet.of(PodNamespace.NETWORK)));
    }

    static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    /** The rules and chains that carry the pod's id, in both tables that the plugins write to. */
    List<String> rulesOf(PodAttachment pod) throws IOException, InterruptedException {
        return (Commands.run("iptables", "-w", "-t", "nat", "-S")
                        + Commands.run("iptables", "-w", "-t", "filter", "-S"))
                .lines()
                .filter(rule -> rule.contains(pod.id().value()))
                .toList();
    }

    /** All chains of the nat table that belong to one attachment each. */
    static List<String> attachmentChains() throws IOException, InterruptedException {
        return Commands.run("iptables", "-w", "-t", "nat", "-S")
                .lines()
                .filter(rule -> rule.startsWith("-N CNI-") && !rule.contains("HOSTPORT"))
                .sorted()
                .toList();
    }

    List<String> takenAddresses() throws IOException {
        Path folder = addresses.resolve(network);
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(subnet))
                    .sorted()
                    .toList();
        }
    }

    List<String> cacheFiles() throws IOException {
        Path folder = cache.resolve("results");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(Path::toString).toList();
        }
    }

    /** Interfaces of the node that are ports of the bridge. */
    String ports() throws IOException, InterruptedException {
        return Commands.run("ip", "-o", "link", "show", "master", bridge);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (PodAttachment pod : pods) {
            try {
                networks.detach(pod, soon());
            } finally {
                release(pod);
            }
        }
        networks.close();
        removeLeftRules();
        if (Files.exists(Path.of("/sys/class/net", bridge))) {
            Commands.run("ip", "link", "delete", bridge);
        }
    }

    /**
     * The masquerading of an attachment, which the bridge plugin (seen in 1.1.1) leaves behind when DEL comes after the
     * namespace is gone.
     */
    private void removeLeftRules() throws IOException, InterruptedException {
        var jump = Pattern.compile("-A POSTROUTING -s (\\S+) -m comment --comment \"name: \\\\\"" + network
                + "\\\\\" id: \\\\\"([0-9a-f]+)\\\\\"\" -j (CNI-[0-9a-f]+)");
        for (String rule : Commands.run("iptables", "-w", "-t", "nat", "-S").split("\n")) {
            var found = jump.matcher(rule);
            if (found.matches()) {
                String comment = "name: \"" + network + "\" id: \"" + found.group(2) + "\"";
                String chain = found.group(3);
                nat("-D", "POSTROUTING", "-s", found.group(1), "-m", "comment", "--comment", comment, "-j", chain);
                nat("-F", chain);
                nat("-X", chain);
            }
        }
    }

    private static void nat(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("iptables", "-w", "-t", "nat"));
        command.addAll(List.of(arguments));
        Commands.run(command.toArray(String[]::new));
    }
}

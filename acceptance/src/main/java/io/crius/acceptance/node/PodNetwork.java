package io.crius.acceptance.node;

import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A CNI network with a bridge and a subnet that nobody else has: bridge, host-local addresses in a private folder, portmap.
 *
 * @param name as the conflist has it
 * @param configuration the folder with the one conflist
 * @param bridge the bridge, made by the plugin at the first pod
 */
public record PodNetwork(String name, Path configuration, Path addresses, String bridge, String subnet) {
    /** Writes the conflist; the subnet is one that the node has no route to. */
    static PodNetwork create(Path folder, String name) throws IOException, InterruptedException {
        Path configuration = Files.createDirectories(folder.resolve("net.d"));
        Path addresses = folder.resolve("addresses");
        PodNetwork network = new PodNetwork("crius-" + name, configuration, addresses, "cr" + name, freeSubnet());
        network.leadPorts(HostPortKeeper.PLUGIN);
        return network;
    }

    /** The file of the network. */
    public Path conflist() {
        return conflist(configuration);
    }

    /** The file of the network in the folder of a node's configuration. */
    public static Path conflist(Path configuration) {
        return configuration.resolve("10-crius.conflist");
    }

    /** Who leads ports of the node to pods. */
    public enum HostPortKeeper {
        /** The plugin portmap. */
        PLUGIN(", {\"type\": \"portmap\", \"capabilities\": {\"portMappings\": true}}"),
        /** The server, for none of the plugins does. */
        SERVER("");

        private final String plugin;

        HostPortKeeper(String plugin) {
            this.plugin = plugin;
        }
    }

    /** Writes the conflist anew; a server that runs reads it within moments. */
    public void leadPorts(HostPortKeeper keeper) throws IOException {
        Files.writeString(conflist(), """
                {
                  "cniVersion": "0.4.0",
                  "name": "%s",
                  "plugins": [
                    {
                      "type": "bridge",
                      "bridge": "%s",
                      "isGateway": true,
                      "ipMasq": false,
                      "hairpinMode": true,
                      "ipam": {
                        "type": "host-local",
                        "dataDir": "%s",
                        "ranges": [[{"subnet": "%s"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]
                      }
                    }%s
                  ]
                }
                """.formatted(name, bridge, addresses, subnet, keeper.plugin));
    }

    private static String freeSubnet() throws IOException, InterruptedException {
        String routes = Command.run("ip", "-4", "route", "show", "table", "all");
        Random random = new Random();
        while (true) {
            String prefix = "10." + (100 + random.nextInt(150)) + "." + random.nextInt(256) + ".";
            if (!routes.contains(prefix)) {
                return prefix + "0/24";
            }
        }
    }

    /** Interfaces and addresses of pods that are still there. */
    public List<String> leftovers() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path port : children(Path.of("/sys/class/net", bridge, "brif"))) {
            found.add("interface " + port.getFileName() + " of a pod on " + bridge);
        }
        for (Path network : children(addresses)) {
            for (Path file : children(network)) {
                String name = file.getFileName().toString();
                if (Character.isDigit(name.charAt(0))) {
                    found.add("address " + name + " of "
                            + Files.readString(file).strip().lines().findFirst().orElse("nobody"));
                }
            }
        }
        return found;
    }

    /** Removes the bridge, which the plugin leaves on purpose, with all that is on it. */
    void remove() throws IOException, InterruptedException {
        for (Path port : children(Path.of("/sys/class/net", bridge, "brif"))) {
            var _ = Command.attempt(
                    List.of("ip", "link", "delete", port.getFileName().toString()));
        }
        if (Files.exists(Path.of("/sys/class/net", bridge))) {
            Command.run("ip", "link", "delete", bridge);
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }
}

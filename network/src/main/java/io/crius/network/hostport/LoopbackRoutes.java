package io.crius.network.hostport;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** Lets what is sent to the node's loopback leave by an interface of pods. */
public final class LoopbackRoutes {
    private static final System.Logger LOG = System.getLogger(LoopbackRoutes.class.getName());
    private static final Path INTERFACES = Path.of("/proc/sys/net/ipv4/conf");

    private LoopbackRoutes() {}

    /**
     * For these interfaces of the node. Kernel: ip-sysctl, route_localnet; without it a port of the node cannot be reached at
     * 127.0.0.1. An interface that does not let itself be set is said, and the others are.
     */
    public static void over(Collection<String> interfaces) {
        for (String name : interfaces) {
            Path setting = INTERFACES.resolve(name).resolve("route_localnet").normalize();
            try {
                // Safety: a name is a plugin's word.
                if (setting.startsWith(INTERFACES) && Files.exists(setting)) {
                    Files.writeString(setting, "1");
                }
            } catch (IOException e) {
                LOG.log(WARNING, () -> "host ports at 127.0.0.1 over " + name + ": " + e);
            }
        }
    }
}

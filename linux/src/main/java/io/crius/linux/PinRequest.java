package io.crius.linux;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Namespaces to be made together and pinned to files.
 *
 * @param pins where; each file is made, its folder exists
 * @param sysctls settings to be written within them: {@code net.ipv4.ip_forward} to {@code 1}
 * @param hostname of the new UTS namespace
 */
public record PinRequest(Map<NamespaceKind, Path> pins, Map<String, String> sysctls, Optional<String> hostname) {
    private static final int HOSTNAME_MAX = 64;

    /**
     * @throws IllegalArgumentException where a setting or the host name belongs to a namespace that is not made, so that it
     *     would change the node itself, or to none
     */
    public PinRequest {
        pins = Map.copyOf(pins);
        sysctls = Map.copyOf(sysctls);
        if (pins.isEmpty()) {
            throw new IllegalArgumentException("no namespace to pin");
        }
        if (hostname.isPresent() && !pins.containsKey(NamespaceKind.UTS)) {
            throw new IllegalArgumentException("a host name needs a UTS namespace of its own");
        }
        if (hostname.isPresent() && hostname.get().length() > HOSTNAME_MAX) {
            throw new IllegalArgumentException("host name longer than " + HOSTNAME_MAX + ": " + hostname.get());
        }
        for (String name : sysctls.keySet()) {
            requireOwner(name, pins.keySet());
        }
    }

    private static void requireOwner(String name, Set<NamespaceKind> kinds) {
        NamespaceKind owner = Sysctl.owner(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "sysctl " + name + " is not a setting of a network, IPC or UTS namespace"));
        if (!kinds.contains(owner)) {
            throw new IllegalArgumentException("sysctl " + name + " needs a namespace of its own (" + owner.file()
                    + "): it would change the node");
        }
    }
}

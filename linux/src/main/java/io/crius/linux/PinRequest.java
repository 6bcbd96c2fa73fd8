package io.crius.linux;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * New namespaces and what is written into them before anybody else can see them.
 *
 * @param pins for each kind the file that keeps it alive; the files must not exist, their folders must
 * @param maps the ids of the user namespace, which owns the others; exactly where one is asked for
 * @param sysctls values by name, written in this order; in a name dots and slashes mean what they mean to sysctl(8)
 * @param hostname only with a UTS namespace
 */
public record PinRequest(
        Map<NamespaceKind, Path> pins, Optional<IdMaps> maps, Map<String, String> sysctls, Optional<String> hostname) {
    public PinRequest {
        if (pins.isEmpty()) {
            throw new IllegalArgumentException("no namespaces to pin");
        }
        if (maps.isPresent() != pins.containsKey(NamespaceKind.USER)) {
            throw new IllegalArgumentException("a user namespace and its mappings go together");
        }
        if (hostname.isPresent() && !pins.containsKey(NamespaceKind.UTS)) {
            throw new IllegalArgumentException("a host name needs a UTS namespace of its own");
        }
        pins = Collections.unmodifiableMap(new EnumMap<>(pins));
        sysctls = Collections.unmodifiableMap(new LinkedHashMap<>(sysctls));
    }

    /** Without a user namespace. */
    public PinRequest(Map<NamespaceKind, Path> pins, Map<String, String> sysctls, Optional<String> hostname) {
        this(pins, Optional.empty(), sysctls, hostname);
    }
}

package io.crius.network.pod;

import io.crius.linux.IdMaps;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is written into new namespaces before anybody else can see them.
 *
 * @param maps the ids of the user namespace; exactly where the pod has one of its own
 * @param sysctls values by name, written in this order; take them from {@link SysctlSplit#accepted}
 * @param hostname the host name of the UTS namespace; empty leaves the node's
 */
public record NamespaceSettings(Optional<IdMaps> maps, Map<String, String> sysctls, Optional<String> hostname) {
    public static final NamespaceSettings NONE = new NamespaceSettings(Optional.empty(), Map.of(), Optional.empty());

    public NamespaceSettings {
        sysctls = Collections.unmodifiableMap(new LinkedHashMap<>(sysctls));
    }

    /** For a pod without a user namespace of its own. */
    public NamespaceSettings(Map<String, String> sysctls, Optional<String> hostname) {
        this(Optional.empty(), sysctls, hostname);
    }
}

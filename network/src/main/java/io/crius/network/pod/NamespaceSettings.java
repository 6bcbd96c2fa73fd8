package io.crius.network.pod;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is written into new namespaces before anybody else can see them.
 *
 * @param sysctls values by name, written in this order; take them from {@link SysctlSplit#accepted}
 * @param hostname the host name of the UTS namespace; empty leaves the node's
 */
public record NamespaceSettings(Map<String, String> sysctls, Optional<String> hostname) {
    public static final NamespaceSettings NONE = new NamespaceSettings(Map.of(), Optional.empty());

    public NamespaceSettings {
        sysctls = Collections.unmodifiableMap(new LinkedHashMap<>(sysctls));
    }
}

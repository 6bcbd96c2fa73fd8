package io.crius.network.cni;

import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Set;

/**
 * A network: plugins that are run one after another. A configuration of a single plugin is a list of one.
 *
 * @param version the version that the plugins are spoken to in
 * @param forbidden what its plugins must not be asked although they may know it: {@code disableCheck}, {@code disableGC}
 * @param json the whole configuration in one piece, with every plugin inlined: what the cache keeps for detaching
 */
record NetworkList(String name, CniVersion version, Set<Verb> forbidden, List<PluginConfig> plugins, JsonObject json) {
    NetworkList {
        forbidden = Set.copyOf(forbidden);
        plugins = List.copyOf(plugins);
    }

    /** Whether its plugins have GC and may be asked. */
    boolean collectsGarbage() {
        return version.isAtLeast(CniVersion.STATUS_AND_GC) && !forbidden.contains(Verb.GC);
    }

    /** Whether its plugins have CHECK and may be asked. */
    boolean checks() {
        return version.isAtLeast(CniVersion.CHECK) && !forbidden.contains(Verb.CHECK);
    }

    boolean takes(String capability) {
        return plugins.stream().anyMatch(plugin -> plugin.capabilities().contains(capability));
    }
}

package io.crius.network.cni;

import io.crius.oci.json.JsonObject;
import java.util.List;

/**
 * A network: plugins that are run one after another. A configuration of a single plugin is a list of one.
 *
 * @param version the version that the plugins are spoken to in
 * @param json the whole configuration in one piece, with every plugin inlined: what the cache keeps for detaching
 */
record NetworkList(String name, CniVersion version, boolean disableGc, List<PluginConfig> plugins, JsonObject json) {
    NetworkList {
        plugins = List.copyOf(plugins);
    }

    /** Whether its plugins have GC and may be asked. */
    boolean collectsGarbage() {
        return version.isAtLeast(CniVersion.STATUS_AND_GC) && !disableGc;
    }

    boolean takes(String capability) {
        return plugins.stream().anyMatch(plugin -> plugin.capabilities().contains(capability));
    }
}

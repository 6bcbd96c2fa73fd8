package io.crius.network.cni;

import io.crius.oci.json.JsonObject;
import java.util.Set;

/**
 * One plugin of a network.
 *
 * @param type the name of its program
 * @param capabilities the capability arguments it asks for
 * @param json its configuration as written
 */
record PluginConfig(String type, Set<String> capabilities, JsonObject json) {
    PluginConfig {
        capabilities = Set.copyOf(capabilities);
    }
}

package io.crius.network.cni;

import io.crius.oci.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * One execution of a plugin.
 *
 * @param network for messages
 * @param environment the CNI_ variables, without CNI_COMMAND and CNI_PATH
 * @param config what the plugin reads from its standard input
 */
record PluginCall(String network, String type, Verb verb, Map<String, String> environment, JsonObject config) {
    PluginCall {
        environment = Map.copyOf(environment);
    }

    /** Spec: VERSION needs no parameters, but old plugins insist on all of them. */
    static PluginCall version(String network, String type, JsonObject config) {
        var dummies = Map.of("CNI_CONTAINERID", "dummy", "CNI_NETNS", "dummy", "CNI_IFNAME", "dummy");
        return new PluginCall(network, type, Verb.VERSION, dummies, config);
    }

    /** The program's whole environment: the daemon's own (plugins need PATH and proxies), and the parameters over it. */
    Map<String, String> environment(Map<String, String> daemon, String searchPath) {
        var all = new TreeMap<>(daemon);
        all.keySet().removeIf(key -> key.startsWith("CNI_"));
        all.putAll(environment);
        all.put("CNI_COMMAND", verb.name());
        all.put("CNI_PATH", searchPath);
        return all;
    }
}

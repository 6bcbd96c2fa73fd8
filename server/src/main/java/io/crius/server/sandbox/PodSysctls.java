package io.crius.server.sandbox;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.network.pod.SysctlSplit;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.UserNamespace;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sysctls that a pod's new namespaces get: the configured defaults, then the pod's own.
 *
 * <p>Compat: a sysctl that would change the node is skipped with a warning, as CRI-O does; kubelet has refused unsafe ones
 * before.
 */
public final class PodSysctls {
    private static final System.Logger LOG = System.getLogger(PodSysctls.class.getName());

    private static final String PING_GROUPS = "net.ipv4.ping_group_range";
    private static final String ALL_GROUPS = "0 2147483647";

    private final Map<String, String> defaults;

    /** {@code defaults} come from the option {@code default_sysctls}. */
    public PodSysctls(Map<String, String> defaults) {
        this.defaults = Map.copyOf(defaults);
    }

    /** Compat: of all groups only those can be named that there are in the pod. */
    private static void clip(Map<String, String> wanted, UserNamespace user) {
        long last = user.gids().stream()
                .mapToLong(range -> range.containerId() + range.size() - 1)
                .max()
                .orElse(0);
        wanted.replace(PING_GROUPS, ALL_GROUPS, "0 " + last);
    }

    Map<String, String> of(PodDefinition pod) {
        var wanted = new LinkedHashMap<>(defaults);
        wanted.putAll(pod.request().sysctls());
        pod.user().ifPresent(user -> clip(wanted, user));
        SysctlSplit split = SysctlSplit.of(wanted, pod.plan().pins().paths().keySet());
        split.refused()
                .forEach((name, reason) ->
                        LOG.log(WARNING, () -> "sysctl " + name + " of pod " + pod.name() + " is skipped: " + reason));
        return split.accepted();
    }
}

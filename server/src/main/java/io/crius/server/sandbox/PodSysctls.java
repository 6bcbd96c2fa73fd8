package io.crius.server.sandbox;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.network.pod.SysctlSplit;
import io.crius.server.state.PodDefinition;
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

    private final Map<String, String> defaults;

    /** {@code defaults} come from the option {@code default_sysctls}. */
    public PodSysctls(Map<String, String> defaults) {
        this.defaults = Map.copyOf(defaults);
    }

    Map<String, String> of(PodDefinition pod) {
        var wanted = new LinkedHashMap<>(defaults);
        wanted.putAll(pod.request().sysctls());
        SysctlSplit split = SysctlSplit.of(wanted, pod.plan().pins().paths().keySet());
        split.refused()
                .forEach((name, reason) ->
                        LOG.log(WARNING, () -> "sysctl " + name + " of pod " + pod.name() + " is skipped: " + reason));
        return split.accepted();
    }
}

package io.crius.network.pod;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A pod's sysctls, parted into those that touch only its own namespaces and those that would change the node.
 *
 * @param accepted values by name, in the order asked for
 * @param refused the reason by name, a half sentence for a message ("it is not namespaced")
 */
public record SysctlSplit(Map<String, String> accepted, Map<String, String> refused) {
    public SysctlSplit {
        accepted = Collections.unmodifiableMap(new LinkedHashMap<>(accepted));
        refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
    }

    /**
     * Splits the sysctls for a pod that has the given namespaces of its own; the others it shares with the node.
     *
     * <p>Names are written with dots or with slashes, as sysctl(8) reads them. Compat: CRI-O leaves refused ones out with a
     * warning instead of refusing the pod.
     */
    public static SysctlSplit of(Map<String, String> requested, Set<PodNamespace> own) {
        var accepted = new LinkedHashMap<String, String>();
        var refused = new LinkedHashMap<String, String>();
        requested.forEach((name, value) -> SysctlRules.refusal(name, value, own)
                .ifPresentOrElse(why -> refused.put(name, why), () -> accepted.put(name, value)));
        return new SysctlSplit(accepted, refused);
    }
}

package io.crius.network.cni;

import io.crius.oci.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whom a chain of plugins is run for: the parameters that are the same for each of them.
 *
 * @param netns empty when the namespace is gone, which only DEL may say
 * @param args CNI_ARGS, in order
 * @param capabilities capability arguments, see {@link RuntimeArguments}
 */
record Invocation(
        String containerId, String netns, String interfaceName, Map<String, String> args, JsonObject capabilities) {
    Invocation {
        args = Collections.unmodifiableMap(new LinkedHashMap<>(args));
    }

    /** Compat: the pairs and their order are CRI-O's. */
    static Invocation of(PodAttachment attachment) {
        var args = new LinkedHashMap<String, String>();
        args.put("IgnoreUnknown", "1");
        args.put("K8S_POD_NAMESPACE", attachment.name().namespace());
        args.put("K8S_POD_NAME", attachment.name().name());
        args.put("K8S_POD_INFRA_CONTAINER_ID", attachment.id().value());
        args.put("K8S_POD_UID", attachment.name().uid());
        return new Invocation(
                attachment.id().value(),
                attachment.netns().toString(),
                attachment.interfaceName(),
                args,
                RuntimeArguments.json(attachment.capabilities()));
    }

    Invocation withNetns(String path) {
        return new Invocation(containerId, path, interfaceName, args, capabilities);
    }

    Invocation without(String capability) {
        return new Invocation(
                containerId,
                netns,
                interfaceName,
                args,
                capabilities.toBuilder().remove(capability).build());
    }

    Map<String, String> environment() {
        String pairs = args.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining(";"));
        return Map.of(
                "CNI_CONTAINERID", containerId, "CNI_NETNS", netns, "CNI_IFNAME", interfaceName, "CNI_ARGS", pairs);
    }
}

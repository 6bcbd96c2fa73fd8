package io.crius.server.annotation;

import io.crius.model.CriusException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A class of workloads, {@code [crio.runtime.workloads.*]}.
 *
 * @param activation key of the pod annotation that puts a pod into it; the value does not matter
 * @param prefix of annotations that override resources for one container; empty where there are none
 * @param allowed special annotations that its pods may use beside their handler's
 * @param resources of each container
 */
public record Workload(
        String name, String activation, String prefix, List<String> allowed, WorkloadResources resources) {
    public Workload {
        allowed = List.copyOf(allowed);
    }

    /** Whether a pod with these annotations is in the class. */
    boolean isActive(Map<String, String> annotations) {
        return !activation.isEmpty() && annotations.containsKey(activation);
    }

    /**
     * What one container gets: what the pod's annotations say of it, and else what the class says.
     *
     * @throws CriusException.InvalidArgument for annotations that cannot be read; the message names them
     */
    WorkloadResources resources(String container, Map<String, String> annotations) {
        if (prefix.isEmpty()) {
            return resources;
        }
        String key = prefix + "/" + container;
        String json = annotations.get(key);
        try {
            WorkloadResources own =
                    json == null ? single(container, annotations) : WorkloadResources.parse(json, "resources");
            return own.over(resources);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    "container " + container + ": annotation " + key + " of workload " + name + ": " + e.getMessage(),
                    e);
        }
    }

    /** Compat: the older form has one annotation for each resource, {@code prefix.resource/container}. */
    private WorkloadResources single(String container, Map<String, String> annotations) {
        Map<String, String> values = new HashMap<>();
        for (String resource : WorkloadResources.KEYS) {
            String value = annotations.get(prefix + "." + resource + "/" + container);
            if (value != null) {
                values.put(resource, value);
            }
        }
        return WorkloadResources.of(values);
    }
}

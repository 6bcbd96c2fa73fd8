package io.crius.server.state;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What RunPodSandbox asks for. Two requests for the same name are the same request exactly when these values are equal.
 *
 * @param handler name of the runtime handler; empty means the default one
 * @param cgroupParent as kubelet names it; empty means the node's choice
 */
public record PodRequest(
        PodName name,
        String handler,
        String hostname,
        Optional<Path> logDirectory,
        Optional<DnsSettings> dns,
        List<PortMapping> ports,
        Map<String, String> labels,
        Map<String, String> annotations,
        String cgroupParent,
        NamespaceModes namespaces,
        Map<String, String> sysctls,
        PodLimits limits,
        PodSecurity security) {
    public PodRequest {
        ports = List.copyOf(ports);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        sysctls = Map.copyOf(sysctls);
        if (logDirectory.isPresent() && !logDirectory.get().isAbsolute()) {
            throw new CriusException.InvalidArgument(
                    "log_directory \"" + logDirectory.get() + "\" of pod " + name + " is not absolute");
        }
    }
}

package io.crius.server.state;

import io.crius.model.PodId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What CreateContainer asks for.
 *
 * @param image as kubelet names it in this call: usually the image id
 * @param userImage the name the user wrote, where kubelet tells it
 * @param cdiDevices qualified names of Container Device Interface devices
 * @param logPath relative to the pod's log directory; empty means a name of our own
 */
public record ContainerRequest(
        PodId pod,
        ContainerName name,
        String image,
        String userImage,
        ProcessRequest process,
        List<RequestedMount> mounts,
        List<RequestedDevice> devices,
        List<String> cdiDevices,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath,
        NamespaceModes namespaces,
        LinuxResources resources,
        ContainerSecurity security) {
    /** The process of a container as requested; {@code stopSignal} as a name, for example SIGTERM. */
    public record ProcessRequest(
            List<String> command,
            List<String> args,
            String workingDir,
            List<EnvironmentVariable> environment,
            boolean tty,
            Stdin stdin,
            Optional<String> stopSignal) {
        public ProcessRequest {
            command = List.copyOf(command);
            args = List.copyOf(args);
            environment = List.copyOf(environment);
        }
    }

    /** Whether the container has a standard input, and for how long. */
    public enum Stdin {
        NONE,
        OPEN,
        /** Closed when the first attached client leaves. */
        ONCE
    }

    public ContainerRequest {
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        cdiDevices = List.copyOf(cdiDevices);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}

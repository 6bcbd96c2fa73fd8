package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.nio.file.Path;

/**
 * One interface of one pod. The same value serves attach and detach; it is journaled before attach.
 *
 * @param netns the pin of the pod's network namespace; for detach it need no longer exist
 * @param interfaceName the interface inside the pod, {@code eth0} for the default network
 */
public record PodAttachment(
        PodId id, PodName name, Path netns, String interfaceName, CapabilityArguments capabilities) {
    private static final int LONGEST_INTERFACE_NAME = 15;

    /** Who the pod is to Kubernetes; plugins get it in CNI_ARGS. */
    public record PodName(String namespace, String name, String uid) {}

    public PodAttachment {
        boolean odd = interfaceName.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ':');
        if (interfaceName.isEmpty()
                || interfaceName.length() > LONGEST_INTERFACE_NAME
                || odd
                || isDots(interfaceName)) {
            throw new CriusException.InvalidArgument("invalid interface name \"" + interfaceName
                    + "\": 1 to 15 characters, no blank, slash or colon, not a dot or two");
        }
    }

    /** The pod's interface on the default network. */
    public static PodAttachment eth0(PodId id, PodName name, Path netns, CapabilityArguments capabilities) {
        return new PodAttachment(id, name, netns, "eth0", capabilities);
    }

    /** For messages: "pod default/web (0123456789ab)". */
    String described() {
        return "pod " + name.namespace() + "/" + name.name() + " (" + id.abbreviated() + ")";
    }

    private static boolean isDots(String name) {
        return name.equals(".") || name.equals("..");
    }
}

package io.crius.network.pod;

import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.util.Optional;

/** The host name of a pod: one line in /etc/hostname and, where the pod has a UTS namespace, what uname(2) tells. */
public record HostName(String value) {
    /** Kernel: __NEW_UTS_LEN of uname(2). */
    private static final int LONGEST = 64;

    public HostName {
        if (value.isEmpty() || value.length() > LONGEST || value.chars().anyMatch(c -> c <= ' ' || c == '/')) {
            throw new CriusException.InvalidArgument(
                    "invalid host name \"" + value + "\": 1 to " + LONGEST + " characters without blanks and slashes");
        }
    }

    /**
     * The name asked for; else the node's for a pod on the host's network; else the short pod id.
     *
     * @param nodeName the node's name if the pod is on the host's network
     */
    public static HostName choose(String requested, Optional<String> nodeName, PodId pod) {
        if (!requested.isEmpty()) {
            return new HostName(requested);
        }
        return new HostName(nodeName.orElseGet(pod::abbreviated));
    }

    /** The text of /etc/hostname. */
    public String fileText() {
        return value + "\n";
    }
}

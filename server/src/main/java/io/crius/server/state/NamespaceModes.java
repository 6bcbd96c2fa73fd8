package io.crius.server.state;

import java.util.Optional;

/**
 * The modes of the namespaces that a request may choose.
 *
 * @param pidTarget set exactly for PID mode TARGET
 * @param user the pod's own user namespace; empty is the node's
 */
public record NamespaceModes(
        NamespaceMode network,
        NamespaceMode pid,
        NamespaceMode ipc,
        Optional<String> pidTarget,
        Optional<UserNamespace> user) {
    /** What a request without namespace options means here: nothing of the host, and a PID namespace per container. */
    public static final NamespaceModes DEFAULT = new NamespaceModes(
            NamespaceMode.POD, NamespaceMode.CONTAINER, NamespaceMode.POD, Optional.empty(), Optional.empty());

    /** Whether anything of the host is shared. */
    public boolean anyHost() {
        return network == NamespaceMode.NODE || pid == NamespaceMode.NODE || ipc == NamespaceMode.NODE;
    }
}

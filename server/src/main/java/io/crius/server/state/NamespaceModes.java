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
    /**
     * What a request without namespace options means. Compat: what options without a word in them mean, as the zero of each is the
     * pod's.
     */
    public static final NamespaceModes DEFAULT = new NamespaceModes(
            NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD, Optional.empty(), Optional.empty());

    /** Whether anything of the host is shared. */
    public boolean anyHost() {
        return network == NamespaceMode.NODE || pid == NamespaceMode.NODE || ipc == NamespaceMode.NODE;
    }
}

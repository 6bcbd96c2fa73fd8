package io.crius.server.state;

import io.crius.model.CriusException;

/**
 * Kubernetes' name of a pod sandbox; unique on a node. {@code attempt} counts the sandboxes made for the same pod, from
 * zero.
 */
public record PodName(String name, String namespace, String uid, int attempt) {
    public PodName {
        require("name", name);
        require("namespace", namespace);
        require("uid", uid);
    }

    private static void require(String field, String value) {
        if (value.isEmpty()) {
            throw new CriusException.InvalidArgument("pod metadata." + field
                    + " is empty: kubelet's name, namespace and" + " uid of the pod are all needed");
        }
    }

    /** The name that no other sandbox on the node may bear. Compat: CRI-O's spelling. */
    public String unique() {
        return "k8s_" + name + "_" + namespace + "_" + uid + "_" + attempt;
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}

package io.crius.network.pod;

import io.crius.linux.NamespaceKind;

/** A kind of namespace that Crius makes for a pod and keeps alive by a pin, with no process in it. */
public enum PodNamespace {
    /** Owns the others where the pod has one. */
    USER("userns", "user", NamespaceKind.USER),
    NETWORK("netns", "network", NamespaceKind.NETWORK),
    IPC("ipcns", "IPC", NamespaceKind.IPC),
    UTS("utsns", "UTS", NamespaceKind.UTS);

    private final String folder;
    private final String title;
    private final NamespaceKind kind;

    PodNamespace(String folder, String title, NamespaceKind kind) {
        this.folder = folder;
        this.title = title;
        this.kind = kind;
    }

    NamespaceKind kind() {
        return kind;
    }

    /** What people call it. */
    String title() {
        return title;
    }

    /** The folder below the namespaces directory that holds the pins of this kind. */
    String folder() {
        return folder;
    }
}

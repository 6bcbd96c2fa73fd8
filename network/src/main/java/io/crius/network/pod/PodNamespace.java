package io.crius.network.pod;

/** A kind of namespace that Crius makes for a pod and keeps alive by a pin, with no process in it. */
public enum PodNamespace {
    NETWORK("netns", "network"),
    IPC("ipcns", "IPC"),
    UTS("utsns", "UTS");

    private final String folder;
    private final String title;

    PodNamespace(String folder, String title) {
        this.folder = folder;
        this.title = title;
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

package io.crius.linux;

/** Kinds of namespaces that can be made in a thread of this process. Kernel: namespaces(7), linux/sched.h. */
public enum NamespaceKind {
    NETWORK("net", 0x40000000),
    IPC("ipc", 0x08000000),
    UTS("uts", 0x04000000);

    private final String link;
    private final int cloneFlag;

    NamespaceKind(String link, int cloneFlag) {
        this.link = link;
        this.cloneFlag = cloneFlag;
    }

    /** Kernel: not /proc/self, which is the main thread's. */
    String link() {
        return "/proc/thread-self/ns/" + link;
    }

    int cloneFlag() {
        return cloneFlag;
    }
}

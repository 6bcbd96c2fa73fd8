package io.crius.linux;

/** Kinds of namespaces that can be pinned. Kernel: namespaces(7). */
public enum NamespaceKind {
    NETWORK("net", 0x40000000),
    IPC("ipc", 0x08000000),
    UTS("uts", 0x04000000);

    private final String file;
    private final int flag;

    NamespaceKind(String file, int flag) {
        this.file = file;
        this.flag = flag;
    }

    /** Its name below {@code /proc/<pid>/ns}. */
    public String file() {
        return file;
    }

    /** Its CLONE_NEW flag. */
    int flag() {
        return flag;
    }
}

package io.crius.linux;

/** Kinds of namespaces that can be kept alive by a pin. Kernel: namespaces(7), linux/sched.h. */
public enum NamespaceKind {
    /** Only together with others, which it then owns. */
    USER("user", 0x10000000),
    NETWORK("net", 0x40000000),
    IPC("ipc", 0x08000000),
    UTS("uts", 0x04000000);

    private final String file;
    private final int cloneFlag;

    NamespaceKind(String file, int cloneFlag) {
        this.file = file;
        this.cloneFlag = cloneFlag;
    }

    /** The name of its link in {@code /proc/PID/ns}. */
    public String file() {
        return file;
    }

    /** Kernel: not /proc/self, which is the main thread's. */
    String link() {
        return "/proc/thread-self/ns/" + file;
    }

    /** The handle of another process's. */
    String link(long pid) {
        return "/proc/" + pid + "/ns/" + file;
    }

    int cloneFlag() {
        return cloneFlag;
    }
}

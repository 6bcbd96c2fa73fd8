package io.crius.linux;

/** The kernel, by roles. Everything that uses the kernel gets this from its constructor; tests pass a stand-in. */
public record Linux(
        Processes processes,
        Descriptors descriptors,
        Namespaces namespaces,
        KernelFeatures features,
        Mounts mounts,
        FileAttributes attributes,
        FileLocks locks) {
    /** The kernel that this program runs on. Nothing is called or loaded until a role is used. */
    public static Linux real() {
        var threads = new NativeThreads();
        var descriptors = new KernelDescriptors(threads);
        return new Linux(
                new KernelProcesses(),
                descriptors,
                new KernelNamespaces(descriptors),
                new NodeFeatures(threads),
                new KernelMounts(threads),
                new KernelFileAttributes(),
                new KernelFileLocks(threads, descriptors));
    }
}

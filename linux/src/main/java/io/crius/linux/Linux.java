package io.crius.linux;

/** The kernel, by roles. Everything that uses the kernel gets this from its constructor; tests pass a stand-in. */
public record Linux(
        Mounts mounts,
        Processes processes,
        Descriptors descriptors,
        FileAttributes attributes,
        FileLocks locks,
        KernelFeatures features) {
    /** The kernel that this program runs on. Nothing is called or loaded until a role is used. */
    public static Linux real() {
        var threads = new NativeThreads();
        var descriptors = new KernelDescriptors(threads);
        return new Linux(
                new KernelMounts(threads),
                new KernelProcesses(),
                descriptors,
                new KernelFileAttributes(),
                new KernelFileLocks(threads, descriptors),
                new ProbedKernelFeatures());
    }
}

package io.crius.linux;

/** The kernel, by roles. Everything that uses the kernel gets this from its constructor; tests pass a stand-in. */
public record Linux(
        Mounts mounts,
        Namespaces namespaces,
        Processes processes,
        Descriptors descriptors,
        FileAttributes attributes,
        FileLocks locks,
        KernelFeatures features,
        AtomicFiles files) {
    /** The kernel that this program runs on. Nothing is called or loaded until a role is used. */
    public static Linux real() {
        return KernelRoles.real();
    }

    public Linux withMounts(Mounts other) {
        return new Linux(other, namespaces, processes, descriptors, attributes, locks, features, files);
    }

    public Linux withNamespaces(Namespaces other) {
        return new Linux(mounts, other, processes, descriptors, attributes, locks, features, files);
    }

    public Linux withProcesses(Processes other) {
        return new Linux(mounts, namespaces, other, descriptors, attributes, locks, features, files);
    }

    public Linux withDescriptors(Descriptors other) {
        return new Linux(mounts, namespaces, processes, other, attributes, locks, features, files);
    }

    public Linux withAttributes(FileAttributes other) {
        return new Linux(mounts, namespaces, processes, descriptors, other, locks, features, files);
    }

    public Linux withLocks(FileLocks other) {
        return new Linux(mounts, namespaces, processes, descriptors, attributes, other, features, files);
    }

    public Linux withFeatures(KernelFeatures other) {
        return new Linux(mounts, namespaces, processes, descriptors, attributes, locks, other, files);
    }

    public Linux withFiles(AtomicFiles other) {
        return new Linux(mounts, namespaces, processes, descriptors, attributes, locks, features, other);
    }
}

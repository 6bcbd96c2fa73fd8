package io.crius.linux;

/** The kernel, by roles. Everything that uses the kernel gets this from its constructor; tests pass a stand-in. */
public record Linux(
        Processes processes,
        Descriptors descriptors,
        Namespaces namespaces,
        KernelFeatures features,
        Mounts mounts,
        FileAttributes attributes,
        FileLocks locks,
        AtomicFiles files,
        Sockets sockets,
        Terminals terminals) {
    /** The kernel that this program runs on. Nothing is called or loaded until a role is used. */
    public static Linux real() {
        var threads = new NativeThreads();
        var readiness = new Readiness();
        var descriptors = new KernelDescriptors(threads, readiness);
        var features = new NodeFeatures(threads);
        var attributes = new KernelFileAttributes(features);
        var processes = new KernelProcesses(threads, readiness);
        return new Linux(
                processes,
                descriptors,
                new KernelNamespaces(descriptors, processes),
                features,
                new KernelMounts(threads, features),
                attributes,
                new RecordLocks(descriptors),
                new RenamedFiles(descriptors, attributes),
                new KernelSockets(descriptors),
                new KernelTerminals(descriptors));
    }

    public Linux withProcesses(Processes other) {
        return new Linux(
                other, descriptors, namespaces, features, mounts, attributes, locks, files, sockets, terminals);
    }

    public Linux withDescriptors(Descriptors other) {
        return new Linux(processes, other, namespaces, features, mounts, attributes, locks, files, sockets, terminals);
    }

    public Linux withNamespaces(Namespaces other) {
        return new Linux(processes, descriptors, other, features, mounts, attributes, locks, files, sockets, terminals);
    }

    public Linux withFeatures(KernelFeatures other) {
        return new Linux(
                processes, descriptors, namespaces, other, mounts, attributes, locks, files, sockets, terminals);
    }

    public Linux withMounts(Mounts other) {
        return new Linux(
                processes, descriptors, namespaces, features, other, attributes, locks, files, sockets, terminals);
    }

    public Linux withAttributes(FileAttributes other) {
        return new Linux(processes, descriptors, namespaces, features, mounts, other, locks, files, sockets, terminals);
    }

    public Linux withLocks(FileLocks other) {
        return new Linux(
                processes, descriptors, namespaces, features, mounts, attributes, other, files, sockets, terminals);
    }

    public Linux withFiles(AtomicFiles other) {
        return new Linux(
                processes, descriptors, namespaces, features, mounts, attributes, locks, other, sockets, terminals);
    }
}

package io.crius.linux;

/** Puts the roles of the running kernel together. */
final class KernelRoles {
    private KernelRoles() {}

    static Linux real() {
        var threads = new NativeThreads();
        var readiness = new Readiness();
        var features = new ProbedFeatures(threads);
        var attributes = new KernelAttributes(features);
        var descriptors = new KernelDescriptors(threads, readiness);
        return new Linux(
                new KernelMounts(threads, features),
                new KernelNamespaces(),
                new KernelProcesses(threads, readiness),
                descriptors,
                attributes,
                new RecordLocks(descriptors),
                features,
                new RenamedFiles(descriptors, attributes));
    }
}

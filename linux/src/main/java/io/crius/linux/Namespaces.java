package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Namespaces without processes in them: a bind mount of the kernel's handle keeps them alive. Thread-safe. */
public interface Namespaces {
    /**
     * Makes the namespaces, writes the sysctls and the host name, brings loopback up in a network namespace, and pins them. With
     * a user namespace among them that has the mappings of the request, and owns the others.
     * After a failure none of the pins is left. Kernel: namespaces(7); needs CAP_SYS_ADMIN.
     *
     * <p>Blocks: under a millisecond, on a thread of its own, and some milliseconds with a user namespace, for which a process is
     * started. Not interruptible.
     */
    void pin(PinRequest request) throws IOException;

    /**
     * Removes a pin: the mounts on the file and the file. The namespace ends when its last process and last open handle do.
     * Idempotent: what is not there is removed already.
     */
    void unpin(Path pin) throws IOException;

    /**
     * Makes a user namespace that lives while the descriptor is open or something else refers to it. No process is in it.
     *
     * <p>Blocks: some milliseconds, for a helper process. Kernel: a process with threads cannot make one for itself, so
     * {@code unshare} of util-linux does.
     */
    Fd user(List<IdRange> uids, List<IdRange> gids) throws IOException;

    /**
     * Runs the work inside a network namespace, for sockets above all: a socket stays in the namespace it was made in.
     *
     * <p>Blocks: on a thread of its own until the work ends. Not interruptible.
     *
     * @param work must not start threads, log, or wake or signal anybody (a carrier thread made by it would stay in the
     *     namespace)
     */
    <T> T inNetwork(Path netns, IoCallable<T> work) throws IOException;
}

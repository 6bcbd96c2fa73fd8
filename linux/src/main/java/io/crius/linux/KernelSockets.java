package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/** {@link Sockets} by system calls. Thread-safe. */
final class KernelSockets implements Sockets {
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;

    private final Descriptors descriptors;

    KernelSockets(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public Fd connectPackets(Path socket) throws ErrnoException {
        Path folder = Objects.requireNonNull(socket.getParent(), "a socket's path has a folder");
        // Kernel: unix(7): a socket's name has room for 107 bytes, and a container's folder is longer.
        try (Fd parent = descriptors.open(folder, Set.of(OpenFlag.PATH, OpenFlag.DIRECTORY), 0)) {
            Fd made = UnixSocket.make(UnixSocket.SEQPACKET);
            try {
                Path path = parent.procPath().resolve(socket.getFileName());
                UnixSocket.address(Nr.CONNECT, made, path, socket);
                return made;
            } catch (ErrnoException e) {
                made.close();
                throw e;
            }
        }
    }

    @Override
    public void endOutput(Fd socket) throws ErrnoException {
        Sys.check(Sys.call(Nr.SHUTDOWN, socket.number(), SHUT_WR), "shutdown", socket);
    }

    @Override
    public void disconnect(Fd socket) throws ErrnoException {
        Sys.check(Sys.call(Nr.SHUTDOWN, socket.number(), SHUT_RDWR), "shutdown", socket);
    }
}

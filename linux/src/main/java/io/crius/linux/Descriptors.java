package io.crius.linux;

import java.nio.file.Path;
import java.util.Set;

/** Open files, pipes and sockets. All descriptors are closed on exec. Thread-safe. */
public interface Descriptors extends Transfers, Durability {
    Pipe pipe() throws ErrnoException;

    /** Connected stream sockets. */
    SocketPair socketPair() throws ErrnoException;

    /**
     * Opens the file; {@code mode} counts with {@link OpenFlag#CREAT} only.
     *
     * <p>Blocks: may wait for a disk, and for the other end of a FIFO unless opened {@link OpenFlag#NONBLOCK}. Runs inline.
     */
    Fd open(Path path, Set<OpenFlag> flags, int mode) throws ErrnoException;

    /**
     * Opens a path below the folder, which is the root for every link and every {@code ..} on the way. May wait for a disk.
     *
     * <p>Kernel: openat2(2) with RESOLVE_IN_ROOT, Linux 5.6. EAGAIN means that something was renamed meanwhile: try again.
     */
    default Fd openBeneath(Fd folder, String path, Set<OpenFlag> flags, int mode) throws ErrnoException {
        return open(folder, path, new OpenHow(flags, mode, Set.of(Resolve.IN_ROOT)));
    }

    /** Opens a path relative to a folder, under rules of resolution. Otherwise as {@link #openBeneath}. */
    Fd open(Fd folder, String path, OpenHow how) throws ErrnoException;

    /** A further descriptor of the same open file. */
    Fd duplicate(Fd fd) throws ErrnoException;
}

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
     * Opens a path as if {@code folder} were the root folder: whatever links and dots are on the way, they do not leave it.
     *
     * @throws ErrnoException ENOSYS on a kernel without openat2 (before 5.6)
     */
    default Fd openBeneath(Fd folder, String path, Set<OpenFlag> flags, int mode) throws ErrnoException {
        return open(folder, path, new OpenHow(flags, mode, Set.of(Resolve.IN_ROOT)));
    }

    /** Opens a path relative to a folder, under rules of resolution. */
    Fd open(Fd folder, String path, OpenHow how) throws ErrnoException;

    /** A further descriptor of the same open file. */
    Fd duplicate(Fd fd) throws ErrnoException;
}

package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Open files and pipes. All descriptors are closed on exec. Thread-safe. */
public interface Descriptors {
    Pipe pipe() throws ErrnoException;

    /** Opens the file; {@code mode} counts with {@link OpenFlag#CREAT} only. May wait for a disk. */
    Fd open(Path path, Set<OpenFlag> flags, int mode) throws ErrnoException;

    /**
     * Opens a path below the folder, which is the root for every link and every {@code ..} on the way. May wait for a disk.
     *
     * <p>Kernel: openat2(2) with RESOLVE_IN_ROOT, Linux 5.6. EAGAIN means that something was renamed meanwhile: try again.
     */
    Fd openBeneath(Fd folder, String path, Set<OpenFlag> flags, int mode) throws ErrnoException;

    /**
     * Reads what is there, at most {@code length} bytes; 0 is the end.
     *
     * <p>Blocks: where nothing is there yet. Runs inline, so of pipes and sockets only what {@link #poll} named is read.
     */
    int read(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException;

    /** Writes some of the bytes and says how many. Runs inline: for files, and for pipes with room. */
    int write(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException;

    /** Writes all of the bytes. Runs inline: for files. */
    void writeFully(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException;

    /** Reads at a place of a file, at most the buffer's length; fewer bytes at its end. */
    int pread(Fd fd, byte[] buffer, long position) throws ErrnoException;

    /** Writes all of the buffer at a place of a file. */
    void pwrite(Fd fd, byte[] buffer, long position) throws ErrnoException;

    /** Waits until the file, or the folder's entries, are on the disk. Blocks: on a native thread. */
    void fsync(Fd fd) throws IOException;

    /** As {@link #fsync}, without times and the like. */
    void fdatasync(Fd fd) throws IOException;

    /** Waits until everything of the file system that holds the file is on the disk. Blocks: on a native thread. */
    void syncFilesystem(Fd fd) throws IOException;

    /**
     * Waits until one of the descriptors can be read from, has ended, or failed, and returns those; none when time is over.
     *
     * <p>Blocks: on a native thread while a virtual caller is parked. After an interrupt that thread waits on until one of the
     * descriptors or the time ends it.
     *
     * @throws java.io.InterruptedIOException when interrupted; the interrupt status is then set
     */
    List<Fd> poll(List<Fd> descriptors, Duration limit) throws IOException;
}

package io.crius.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Bytes in and out of open files, pipes and sockets. Thread-safe. */
public interface Transfers {
    /**
     * Reads what is there, at most {@code length} bytes; 0 is the end.
     *
     * <p>Blocks: where nothing is there yet. Runs inline, so of pipes and sockets only what {@link #poll} named is read.
     */
    int read(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException;

    /** Writes some of the bytes and says how many. Runs inline: for files, and for pipes with room. */
    int write(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException;

    /** Writes all of the bytes; after an error some of them may be written. Runs inline: for files. */
    default void writeFully(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException {
        int written = 0;
        while (written < length) {
            written += write(fd, buffer, offset + written, length - written);
        }
    }

    /** Reads at a position of the file, as much as is there; 0 is the end. Leaves the file's own position alone. */
    int pread(Fd fd, byte[] buffer, long position) throws ErrnoException;

    /** Writes all bytes at a position of the file. Leaves the file's own position alone. */
    void pwrite(Fd fd, byte[] buffer, long position) throws ErrnoException;

    /**
     * Copies the rest of a file to another's position, sharing the blocks where the file system can; says how many bytes. May
     * wait for a disk; runs inline.
     */
    long copy(Fd from, Fd to) throws ErrnoException;

    /** A stream that reads the descriptor, and waits for a pipe or socket as {@link #poll} does. Closing it leaves that open. */
    InputStream input(Fd fd);

    /** A stream that writes to the descriptor. Closing it leaves that open. */
    OutputStream output(Fd fd);

    /**
     * From now on reading and writing the open file fail with EAGAIN where they would wait. Kernel: fcntl(2),
     * O_NONBLOCK; it is the open file's, so whoever shares it is concerned as well.
     */
    void neverWait(Fd fd) throws ErrnoException;

    /**
     * A stream that writes as fast as a descriptor that {@link #neverWait never waits} takes it, at most {@code piece} bytes at a
     * time, which for a socket of packets is one packet. Closing it leaves the descriptor open.
     */
    OutputStream flowingOutput(Fd fd, int piece);

    /**
     * Waits until one of the descriptors can be read from, has ended, or failed, and returns those; none when time is over.
     *
     * <p>Blocks: the caller's thread is parked.
     *
     * @throws java.io.InterruptedIOException when interrupted; the interrupt status is then set
     */
    List<Fd> poll(List<Fd> descriptors, Duration limit) throws IOException;

    /**
     * Sends one datagram to a unix socket, as systemd's notification wants it.
     *
     * @param socket its path; with {@code @} in front a name in the abstract name space
     */
    void sendDatagram(Path socket, byte[] message) throws ErrnoException;
}

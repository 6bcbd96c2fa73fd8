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
     * Reads what is there, at most {@code length} bytes; 0 is the end.
     *
     * <p>Blocks: where nothing is there yet. Runs inline, so of pipes and sockets only what {@link #poll} named is read.
     */
    int read(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException;

    /** Writes some of the bytes and says how many. Runs inline: for files, and for pipes with room. */
    int write(Fd fd, byte[] buffer, int offset, int length) throws ErrnoException;

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

package io.crius.runtime.process;

import io.crius.linux.Descriptors;
import io.crius.linux.Fd;
import io.crius.linux.Pipe;
import io.crius.model.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The pipes that a child writes to. One thread reads them all while it waits for something else, so that a child that talks much
 * is never blocked, and one that has left its pipes to others is not waited for.
 *
 * <p>Not thread-safe. After a failed or interrupted wait the pipes may be waited for again.
 */
public final class OutputPipes implements AutoCloseable {
    private static final int CHUNK = 32 << 10;

    /**
     * An interrupted wait leaves its poll behind in the kernel until that returns by itself; so no poll is longer than this.
     */
    private static final Duration SLICE = Duration.ofSeconds(1);

    private record Source(Fd fd, Output output) {}

    private final Descriptors descriptors;
    private final List<Source> open = new ArrayList<>();
    private final List<Fd> childEnds = new ArrayList<>();
    private byte[] chunk = new byte[0];

    public OutputPipes(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    /** A new pipe that ends in the output; the returned end is for the child and is closed by {@link #started}. */
    public Fd to(Output output) throws IOException {
        Pipe pipe = descriptors.pipe();
        open.add(new Source(pipe.read(), output));
        childEnds.add(pipe.write());
        return pipe.write();
    }

    /** To be called once the child has its ends: this process's copies would keep the pipes from ending. */
    public void started() {
        childEnds.forEach(Fd::close);
        childEnds.clear();
    }

    /**
     * Reads until the descriptor becomes readable.
     *
     * @return false when the deadline came first
     * @throws java.io.InterruptedIOException when interrupted; the interrupt status is then set
     */
    public boolean readUntil(Fd event, Deadline deadline) throws IOException {
        do {
            List<Fd> waiting = fds();
            waiting.add(event);
            if (step(waiting, deadline).contains(event)) {
                return true;
            }
        } while (!deadline.isOver());
        return false;
    }

    /**
     * Reads until there is enough, or until all pipes have ended; otherwise as {@link #readUntil(Fd, Deadline)}.
     */
    public boolean readUntil(BooleanSupplier enough, Deadline deadline) throws IOException {
        while (!open.isEmpty() && !enough.getAsBoolean()) {
            if (deadline.isOver()) {
                return false;
            }
            step(fds(), deadline);
        }
        return true;
    }

    /** Reads what is there now, without waiting for more. */
    public void drain() throws IOException {
        while (!open.isEmpty()) {
            List<Fd> ready = descriptors.poll(fds(), Duration.ZERO);
            if (ready.isEmpty()) {
                return;
            }
            read(ready);
        }
    }

    private List<Fd> step(List<Fd> waiting, Deadline deadline) throws IOException {
        Duration remaining = deadline.remaining();
        List<Fd> ready = descriptors.poll(waiting, remaining.compareTo(SLICE) < 0 ? remaining : SLICE);
        read(ready);
        return ready;
    }

    private void read(List<Fd> ready) throws IOException {
        for (Source source : List.copyOf(open)) {
            if (ready.contains(source.fd)) {
                int count = descriptors.read(source.fd, buffer(), 0, CHUNK);
                if (count <= 0) {
                    open.remove(source);
                    source.fd.close();
                } else {
                    source.output.accept(chunk, count);
                }
            }
        }
    }

    private byte[] buffer() {
        if (chunk.length == 0) {
            chunk = new byte[CHUNK];
        }
        return chunk;
    }

    private List<Fd> fds() {
        var fds = new ArrayList<Fd>(open.size() + 1);
        open.forEach(source -> fds.add(source.fd));
        return fds;
    }

    @Override
    public void close() {
        started();
        open.forEach(source -> source.fd.close());
        open.clear();
    }
}

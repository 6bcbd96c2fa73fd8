package io.crius.runtime.exec;

import io.crius.linux.Descriptors;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.runtime.exec.CommandEnds.Outlet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Carries a command's output to a person, and sees the command's end. One thread. */
final class OutletCarrier {
    private static final int CHUNK = 32 << 10;
    private static final Duration FOREVER = Duration.ofDays(3650);

    /** What a pipe may hold (fcntl(2), F_SETPIPE_SZ, without privileges): more than this is somebody else's, who writes on. */
    private static final int MOST_AFTER_END = 1 << 20;

    private final Descriptors descriptors;
    private final List<Outlet> open;
    private final byte[] chunk = new byte[CHUNK];

    OutletCarrier(Descriptors descriptors, List<Outlet> outlets) {
        this.descriptors = descriptors;
        this.open = new ArrayList<>(outlets);
    }

    /**
     * Carries until the command has ended and its output is read.
     *
     * @throws java.io.InterruptedIOException when interrupted
     * @throws IOException where the person cannot be written to
     */
    void carryUntil(Fd ended) throws IOException {
        boolean over = false;
        while (!over) {
            List<Fd> waiting = new ArrayList<>(open.size() + 1);
            open.forEach(outlet -> waiting.add(outlet.from()));
            waiting.add(ended);
            List<Fd> ready = descriptors.poll(waiting, FOREVER);
            carry(ready);
            over = ready.contains(ended);
        }
        drain();
    }

    private void drain() throws IOException {
        long carried = 0;
        boolean more = true;
        while (more && carried < MOST_AFTER_END && !open.isEmpty()) {
            List<Fd> ready = descriptors.poll(open.stream().map(Outlet::from).toList(), Duration.ZERO);
            more = !ready.isEmpty();
            carried += carry(ready);
        }
    }

    private int carry(List<Fd> ready) throws IOException {
        int carried = 0;
        for (Outlet outlet : List.copyOf(open)) {
            if (ready.contains(outlet.from())) {
                int count = read(descriptors, outlet.from(), chunk, 0);
                if (count <= 0) {
                    open.remove(outlet);
                } else {
                    outlet.to().write(chunk, 0, count);
                    carried += count;
                }
            }
        }
        return carried;
    }

    /**
     * Reads what is there, from {@code offset} on as much as fits; zero at the end. Kernel: reading a terminal that nobody has
     * open any more, or not yet, fails with EIO.
     */
    static int read(Descriptors descriptors, Fd from, byte[] bytes, int offset) throws IOException {
        try {
            return descriptors.read(from, bytes, offset, bytes.length - offset);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EIO) {
                return 0;
            }
            throw e;
        }
    }
}

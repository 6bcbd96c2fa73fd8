package io.crius.runtime.exec;

import io.crius.linux.Child;
import io.crius.linux.Descriptors;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.model.Deadline;
import io.crius.runtime.exec.CommandEnds.Outlet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The while in which the runtime starts a command: what it hands over is taken, and the command's first bytes go to the person at
 * once, for the runtime may need as long to end as it needed to start. One thread.
 */
final class CommandStart {
    /**
     * How much goes to the person before the runtime has ended, in bytes. Whoever does not read must not keep this thread, which
     * is to see the runtime's end and claim the command; so little always fits into a connection that is new.
     */
    static final int FIRST = 4 << 10;

    /** What a runtime has sent is there when it ends. */
    private static final Duration RECEIVING = Duration.ofSeconds(5);

    private final Descriptors descriptors;
    private final Child runtime;
    private final CommandEnds ends;
    private int left = FIRST;

    CommandStart(Descriptors descriptors, Child runtime, CommandEnds ends) {
        this.descriptors = descriptors;
        this.runtime = runtime;
        this.ends = ends;
    }

    /**
     * Waits for the runtime's end; empty when the time is over first.
     *
     * @throws java.io.InterruptedIOException when interrupted
     * @throws IOException where the person cannot be written to
     */
    Optional<ExitStatus> await(Duration limit) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(limit);
        var ended = new ArrayList<Outlet>();
        List<Fd> ready;
        do {
            List<Outlet> open = left > 0 ? new ArrayList<>(ends.ofCommandAlone()) : new ArrayList<>();
            open.removeAll(ended);
            ready = poll(open, Optional.of(runtime.pidfd()), deadline.remaining());
            takeWhatArrived(ready);
            for (Outlet outlet : open) {
                if (ready.contains(outlet.from()) && !carry(outlet)) {
                    ended.add(outlet);
                }
            }
        } while (!ready.isEmpty() && !ready.contains(runtime.pidfd()));
        return ready.isEmpty() ? Optional.empty() : runtime.waitFor(RECEIVING);
    }

    /** Takes what a runtime that has ended sent last. */
    void finish() throws IOException {
        List<Fd> ready = ends.arriving().stream().toList();
        Deadline deadline = Deadline.after(RECEIVING);
        while (!ready.isEmpty()) {
            ready = poll(List.of(), Optional.empty(), deadline.remaining());
            takeWhatArrived(ready);
        }
    }

    private List<Fd> poll(List<Outlet> outlets, Optional<Fd> other, Duration limit) throws IOException {
        var waiting = new ArrayList<Fd>();
        outlets.forEach(outlet -> waiting.add(outlet.from()));
        ends.arriving().ifPresent(waiting::add);
        other.ifPresent(waiting::add);
        return waiting.isEmpty() ? List.of() : descriptors.poll(waiting, limit);
    }

    private void takeWhatArrived(List<Fd> ready) throws IOException {
        if (ends.arriving().filter(ready::contains).isPresent()) {
            ends.take();
        }
    }

    /** False where nothing more comes for now, which is looked at again when the runtime has ended. */
    private boolean carry(Outlet outlet) throws IOException {
        byte[] bytes = new byte[left];
        int count = OutletCarrier.read(descriptors, outlet.from(), bytes);
        if (count > 0) {
            outlet.to().write(bytes, 0, count);
            left -= count;
        }
        return count > 0;
    }
}

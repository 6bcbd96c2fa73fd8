package io.crius.runtime.exec;

import io.crius.linux.Child;
import io.crius.linux.Descriptors;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.model.Deadline;
import io.crius.runtime.exec.CommandEnds.Outlet;
import io.crius.streaming.session.ProcessStreams;
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

    /** How soon it is looked again for the command, whose number the runtime notes right after the command runs; later less often. */
    private static final Duration AGAIN = Duration.ofMillis(1);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(16);

    private final Descriptors descriptors;
    private final Child runtime;
    private final ExecFiles files;
    private final CommandEnds ends;
    private final ProcessStreams streams;
    private int left = FIRST;
    private boolean isStarted;

    CommandStart(Descriptors descriptors, Child runtime, ExecFiles files, CommandEnds ends, ProcessStreams streams) {
        this.descriptors = descriptors;
        this.runtime = runtime;
        this.files = files;
        this.ends = ends;
        this.streams = streams;
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
        Optional<ExitStatus> status = Optional.empty();
        Duration pause = AGAIN;
        while (status.isEmpty() && !deadline.isOver()) {
            List<Outlet> open = left > 0 ? new ArrayList<>(ends.ofCommandAlone(streams)) : new ArrayList<>();
            open.removeAll(ended);
            List<Fd> ready = poll(open, Optional.of(runtime.pidfd()), deadline.remaining());
            takeWhatArrived(ready);
            List<Outlet> readable = open.stream()
                    .filter(outlet -> ready.contains(outlet.from()))
                    .toList();
            if (ready.contains(runtime.pidfd())) {
                status = runtime.waitFor(RECEIVING);
            } else if (!readable.isEmpty() && !isStarted()) {
                status = runtime.waitFor(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.plus(pause) : pause;
            } else {
                carry(readable, ended);
            }
        }
        return status;
    }

    /** Until then a runtime may write where the command is to. */
    private boolean isStarted() {
        isStarted = isStarted || files.startedPid().isPresent();
        return isStarted;
    }

    /** Takes what a runtime that has ended sent last. */
    void finish() throws IOException {
        finish(RECEIVING);
    }

    /** What a runtime that did not start the command has said. */
    String refusal() throws IOException {
        finish(Duration.ZERO);
        return ends.runtimeErrors();
    }

    private void finish(Duration limit) throws IOException {
        List<Fd> ready = ends.arriving().stream().toList();
        Deadline deadline = Deadline.after(limit);
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
            ends.take(streams);
        }
    }

    /** What gives nothing for now is looked at again when the runtime has ended. */
    private void carry(List<Outlet> readable, List<Outlet> ended) throws IOException {
        for (Outlet outlet : readable) {
            byte[] bytes = new byte[left];
            int count = OutletCarrier.read(descriptors, outlet.from(), bytes, 0);
            if (count > 0) {
                outlet.to().write(bytes, 0, count);
                left -= count;
            } else {
                ended.add(outlet);
            }
        }
    }
}

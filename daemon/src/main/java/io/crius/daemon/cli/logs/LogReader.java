package io.crius.daemon.cli.logs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Prints a container's log, and goes on with it while it grows and over its rotation. For one thread.
 *
 * <p>Compat: as kubelet does: the tail is counted in lines of the file, the limit in bytes of what is printed, and only the
 * current file is read, not those that were rotated away.
 */
public final class LogReader {
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** A container that has ended may have its last lines still on their way. */
    private static final int ROUNDS_AFTER_END = 3;

    /**
     * What to print.
     *
     * @param tail lines from the end; empty for all
     * @param limitBytes of output; negative for no limit
     */
    public record Wish(
            boolean follow, Optional<Long> tail, Optional<Instant> since, boolean timestamps, long limitBytes) {}

    private final Path path;
    private final Wish wish;
    private final OutputStream out;
    private final OutputStream err;
    private boolean outInLine;
    private boolean errInLine;
    private long printed;

    public LogReader(Path path, Wish wish, OutputStream out, OutputStream err) {
        this.path = path;
        this.wish = wish;
        this.out = out;
        this.err = err;
    }

    /**
     * Prints until the end of the file; when following, until the container does not run any more, or interrupted.
     *
     * @param running is asked about once a second
     */
    public void read(BooleanSupplier running) throws IOException, InterruptedException {
        LogFile file = LogFile.open(path);
        try {
            if (wish.tail().isPresent()) {
                file.skipToTail(wish.tail().get());
            }
            int quiet = 0;
            int ended = 0;
            while (drain(file) && wish.follow() && ended < ROUNDS_AFTER_END) {
                Thread.sleep(PAUSE);
                if (file.isRotated()) {
                    var _ = drain(file);
                    file = reopen(file);
                }
                quiet++;
                ended = ended > 0 || (quiet % 10 == 0 && !running.getAsBoolean()) ? ended + 1 : 0;
            }
        } finally {
            file.close();
        }
    }

    private LogFile reopen(LogFile old) throws IOException {
        try {
            LogFile next = LogFile.open(path);
            old.close();
            return next;
        } catch (NoSuchFileException _) {
            return old;
        }
    }

    /** Prints what is there; false when the limit is reached. */
    private boolean drain(LogFile file) throws IOException {
        boolean more = true;
        for (Optional<byte[]> line = file.next(); more && line.isPresent(); line = more ? file.next() : line) {
            more = print(line.get());
        }
        out.flush();
        err.flush();
        return more;
    }

    private boolean print(byte[] line) throws IOException {
        Optional<LogRecord> record = LogRecord.parse(line, line.length);
        if (record.isEmpty() || wish.since().filter(record.get()::isBefore).isPresent()) {
            return true;
        }
        return print(record.get());
    }

    private boolean print(LogRecord record) throws IOException {
        OutputStream stream = record.stderr() ? err : out;
        boolean inLine = record.stderr() ? errInLine : outInLine;
        boolean room = true;
        if (wish.timestamps() && !inLine) {
            room = write(stream, (record.time() + " ").getBytes(StandardCharsets.US_ASCII));
        }
        room = room && write(stream, record.text());
        if (record.whole()) {
            room = room && write(stream, new byte[] {'\n'});
        }
        if (record.stderr()) {
            errInLine = !record.whole();
        } else {
            outInLine = !record.whole();
        }
        return room;
    }

    private boolean write(OutputStream stream, byte[] bytes) throws IOException {
        long room = wish.limitBytes() < 0 ? Long.MAX_VALUE : wish.limitBytes() - printed;
        int length = (int) Math.min(room, bytes.length);
        stream.write(bytes, 0, length);
        printed += length;
        return length == bytes.length;
    }
}

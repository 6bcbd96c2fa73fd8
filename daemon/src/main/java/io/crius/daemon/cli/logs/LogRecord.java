package io.crius.daemon.cli.logs;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;

/** A line of a log file. */
final class LogRecord {
    private final String time;
    private final boolean stderr;
    private final boolean whole;
    private final byte[] text;

    private LogRecord(String time, boolean stderr, boolean whole, byte[] text) {
        this.time = time;
        this.stderr = stderr;
        this.whole = whole;
        this.text = text;
    }

    /** As it stands in the file. */
    String time() {
        return time;
    }

    boolean stderr() {
        return stderr;
    }

    /** Whether a line ends here. */
    boolean whole() {
        return whole;
    }

    /** The container's own bytes, which need not be text. Not copied. */
    byte[] text() {
        return text;
    }

    /** Empty for a line that is not in the format: a file that is cut, or another program's. */
    static Optional<LogRecord> parse(byte[] line, int length) {
        int time = space(line, 0, length);
        int stream = time < 0 ? -1 : space(line, time + 1, length);
        int tag = stream < 0 ? -1 : space(line, stream + 1, length);
        if (tag < 0) {
            return Optional.empty();
        }
        String name = new String(line, time + 1, stream - time - 1, StandardCharsets.US_ASCII);
        String tags = new String(line, stream + 1, tag - stream - 1, StandardCharsets.US_ASCII);
        if (!name.equals("stdout") && !name.equals("stderr")) {
            return Optional.empty();
        }
        return Optional.of(new LogRecord(
                new String(line, 0, time, StandardCharsets.US_ASCII),
                name.equals("stderr"),
                !tags.startsWith("P"),
                Arrays.copyOfRange(line, tag + 1, length)));
    }

    private static int space(byte[] line, int from, int length) {
        for (int i = from; i < length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    boolean isBefore(Instant since) {
        try {
            return OffsetDateTime.parse(time).toInstant().isBefore(since);
        } catch (DateTimeException _) {
            return false;
        }
    }
}

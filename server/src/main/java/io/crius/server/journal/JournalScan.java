package io.crius.server.journal;

import static java.lang.System.Logger.Level.DEBUG;

import io.crius.model.CriusException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits the bytes of a journal into whole records. */
final class JournalScan {
    private static final int CHECKSUM_LENGTH = 8;

    private static final System.Logger LOG = System.getLogger(JournalScan.class.getName());

    private final Path file;
    private final byte[] content;
    private final List<String> records = new ArrayList<>();
    private int version;
    private int whole;

    private JournalScan(Path file, byte[] content) {
        this.file = file;
        this.content = content;
    }

    /**
     * Takes all of a file that is whole but for an unfinished end.
     *
     * @throws CriusException.DataLoss where it is not
     */
    static JournalScan of(Path file, byte[] content) {
        var scan = new JournalScan(file, content);
        scan.scan();
        return scan;
    }

    /** Takes what is whole of a damaged file: each record has a checksum of its own, but without the first the others say nothing. */
    static JournalScan aroundDamage(Path file, byte[] content) {
        var scan = new JournalScan(file, content);
        try {
            scan.scan();
        } catch (CriusException.DataLoss e) {
            LOG.log(DEBUG, () -> "read around the damage: " + e.getMessage());
            if (!scan.records.isEmpty()) {
                scan.takeWholeRecords();
            }
        }
        return scan;
    }

    List<String> records() {
        return List.copyOf(records);
    }

    /** The number of bytes up to the end of the last whole record. */
    int wholeLength() {
        return whole;
    }

    /** The version of the format that the file is written in; 0 where not even the header was finished. */
    int version() {
        return version;
    }

    private void scan() {
        int end = endOfLine(0);
        if (end < 0 && Journal.isBeginningOfHeader(new String(content, StandardCharsets.UTF_8))) {
            return;
        }
        version = end < 0 ? 0 : Journal.versionIn(new String(content, 0, end, StandardCharsets.UTF_8));
        if (version == 0) {
            throw new CriusException.DataLoss(
                    "journal " + file + " does not begin with \"" + Journal.HEADER + "1\" or another version's number");
        }
        whole = end + 1;
        for (int start = whole; start < content.length; start = whole) {
            end = endOfLine(start);
            boolean last = end < 0 || end + 1 == content.length;
            if (end < 0 || !readRecord(start, end)) {
                if (last) {
                    break;
                }
                throw new CriusException.DataLoss("journal " + file + ": checksum mismatch at byte " + start);
            }
            whole = end + 1;
        }
        boolean torn = whole == content.length || endOfLine(whole) < 0;
        if (records.isEmpty() && !torn) {
            throw new CriusException.DataLoss("journal " + file + ": the first record is damaged");
        }
    }

    private void takeWholeRecords() {
        for (int start = whole, end = endOfLine(start); end >= 0; start = end + 1, end = endOfLine(start)) {
            var _ = readRecord(start, end);
        }
    }

    private boolean readRecord(int start, int end) {
        int body = start + CHECKSUM_LENGTH + 1;
        if (body > end || content[body - 1] != ' ') {
            return false;
        }
        byte[] record = Arrays.copyOfRange(content, body, end);
        String checksum = new String(content, start, CHECKSUM_LENGTH, StandardCharsets.UTF_8);
        if (!checksum.equals(Journal.checksum(record))) {
            return false;
        }
        records.add(new String(record, StandardCharsets.UTF_8));
        return true;
    }

    private int endOfLine(int from) {
        for (int i = from; i < content.length; i++) {
            if (content[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}

package io.crius.server.journal;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * One object's journal: a header line, then one record per line. The first record defines the object, each later one is
 * its newest state; the last whole record counts.
 *
 * <pre>
 * crius-journal 1
 * 5f1d3c2a {"id":"…","metadata":{…}}
 * 90ab12ef {"state":"running","pid":4711,…}
 * </pre>
 *
 * <p>Each record is preceded by the CRC-32C of its bytes. A torn last line (the daemon or the machine died while writing)
 * is cut off at the next open; damage anywhere else is an error, so that the object is quarantined and not guessed at.
 *
 * <p>Thread-safe; appends are in order. Blocks: an append waits for the disk.
 */
public final class Journal {
    private static final String HEADER = "crius-journal 1";

    /** How hard an append tries. */
    public enum Durability {
        /** The record survives the death of the daemon; a power loss may lose it. */
        DAEMON,
        /** The record survives a power loss. */
        POWER_LOSS
    }

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean entrySynced;

    private Journal(Path file) {
        this.file = file;
    }

    /**
     * Begins a new journal with its first record. Not yet durable against power loss: the first record that needs that makes
     * the whole file so.
     *
     * @throws CriusException.AlreadyExists where the file exists
     */
    public static Journal create(Path file, String definition) {
        var journal = new Journal(file);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            write(file, HEADER + "\n" + line(definition), StandardOpenOption.CREATE_NEW, Durability.DAEMON);
        } catch (FileAlreadyExistsException e) {
            throw new CriusException.AlreadyExists("journal " + file + " exists already");
        } catch (IOException e) {
            throw new CriusException.Failed("journal " + file + ": " + e, e);
        }
        return journal;
    }

    /** An existing journal and what it says. */
    public record Opened(Journal journal, List<String> records) {}

    /**
     * Reads a journal and cuts off a torn last line.
     *
     * @throws CriusException.DataLoss where a line other than the last is damaged, the header is unknown, or no record is
     *     whole
     */
    public static Opened open(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            var scan = new JournalScan(file, content);
            List<String> records = scan.records();
            if (scan.wholeLength() < content.length) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(scan.wholeLength());
                    channel.force(true);
                }
            }
            return new Opened(new Journal(file), records);
        } catch (IOException e) {
            throw new CriusException.Failed("journal " + file + ": " + e, e);
        }
    }

    /** Adds the newest state. After a failure the record may or may not be there. */
    public void append(String record, Durability durability) {
        lock.lock();
        try {
            write(file, line(record), StandardOpenOption.APPEND, durability);
            if (durability == Durability.POWER_LOSS && !entrySynced) {
                syncEntry();
                entrySynced = true;
            }
        } catch (IOException e) {
            throw new CriusException.Failed("journal " + file + ": " + e, e);
        } finally {
            lock.unlock();
        }
    }

    public Path file() {
        return file;
    }

    /** Forgets the object. Idempotent. */
    public void delete() {
        lock.lock();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CriusException.Failed("journal " + file + ": " + e, e);
        } finally {
            lock.unlock();
        }
    }

    private static void write(Path file, String text, StandardOpenOption how, Durability durability)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, how)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            long before = channel.size();
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                // Half a line in the middle would be damage; at the end nothing was written.
                channel.truncate(before);
                throw e;
            }
            if (durability == Durability.POWER_LOSS) {
                channel.force(false);
            }
        }
    }

    /** The names by which the file is found must survive, too: the file's in its folder, and the folder's in its. */
    private void syncEntry() throws IOException {
        Path level = file.toAbsolutePath().getParent();
        for (int i = 0; i < 2 && level != null; i++) {
            try (FileChannel channel = FileChannel.open(level, StandardOpenOption.READ)) {
                channel.force(true);
            }
            level = level.getParent();
        }
    }

    private static String line(String record) {
        if (record.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a journal record is one line");
        }
        return checksum(record.getBytes(StandardCharsets.UTF_8)) + " " + record + "\n";
    }

    static String checksum(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    static String header() {
        return HEADER;
    }
}

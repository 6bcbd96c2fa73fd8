package io.crius.server.journal;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    /** Followed by the number of the version. */
    static final String HEADER = "crius-journal ";

    private static final Pattern WHOLE_HEADER = Pattern.compile(HEADER + "([1-9][0-9]{0,8})");

    /** What the names of files begin with that are not journals yet. */
    private static final String ASIDE = ".new-";

    /** How hard an append tries. */
    public enum Durability {
        /** The record survives the death of the daemon; a power loss may lose it. */
        DAEMON,
        /** The record survives a power loss. */
        POWER_LOSS
    }

    /** Safety: requests are in here, and with them the environment of containers: secrets are for root alone. */
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();

    /** Whether the file's name is known to have reached the disk. */
    @GuardedBy("lock")
    private boolean named;

    private final boolean aside;

    private Journal(Path file) {
        this(file, false);
    }

    private Journal(Path file, boolean aside) {
        this.file = file.toAbsolutePath();
        this.aside = aside;
    }

    /**
     * What is whole of a damaged journal, which may be nothing. It is left as it is: whatever is appended is dropped.
     * Empty where the file is of another version, whose records cannot be told from damage.
     *
     * @throws CriusException.Failed where the file cannot be read
     */
    public static Opened setAside(Path file) {
        try {
            var scan = JournalScan.aroundDamage(file, Files.readAllBytes(file));
            boolean ours = scan.version() == JournalVersions.NOW.current();
            return new Opened(new Journal(file, true), ours ? scan.records() : List.of());
        } catch (IOException e) {
            throw new CriusException.Failed("journal " + file + ": " + e, e);
        }
    }

    /** Whether it is damaged, and takes no records. */
    public boolean isSetAside() {
        return aside;
    }

    /**
     * Begins a new journal with its first record. Not yet durable against power loss: the first record that needs that makes
     * the whole file so. After a failure there is no file.
     *
     * @throws CriusException.AlreadyExists where the file exists
     */
    public static Journal create(Path file, String definition) {
        var journal = new Journal(file);
        byte[] content = content(JournalVersions.NOW.current(), List.of(definition));
        try {
            Files.createDirectories(journal.folder(), PRIVATE_FOLDER);
            journal.begin(content);
        } catch (FileAlreadyExistsException e) {
            throw new CriusException.AlreadyExists("journal " + file + " exists already");
        } catch (IOException e) {
            throw new CriusException.Failed("journal " + file + ": " + e, e);
        }
        return journal;
    }

    private static byte[] content(int version, List<String> records) {
        var text = new StringBuilder(HEADER).append(version).append('\n');
        records.forEach(record -> text.append(line(record)));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void begin(byte[] content) throws IOException {
        var options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel channel = FileChannel.open(file, options, PRIVATE_FILE)) {
            writeAll(channel, content);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** An existing journal and what it says. */
    public record Opened(Journal journal, List<String> records) {}

    /**
     * Reads a journal and cuts off a torn last line. Where even the first record was never finished there are no records: whoever
     * wrote it died before anything was taken. One of an older version is written anew; whoever dies meanwhile leaves
     * the old one.
     *
     * @throws CriusException.DataLoss where a line other than the last is damaged, or the version is unknown
     */
    public static Opened open(Path file) {
        return open(file, JournalVersions.NOW);
    }

    static Opened open(Path file, JournalVersions versions) {
        try {
            byte[] content = Files.readAllBytes(file);
            var scan = JournalScan.of(file, content);
            List<String> records = scan.records();
            if (scan.version() != 0 && scan.version() != versions.current()) {
                records = versions.upgrade(file, scan.version(), records);
                replace(file, content(versions.current(), records));
            } else if (scan.wholeLength() < content.length) {
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

    /** Write aside, sync, rename, sync the folder: there is the old one or the new one at any time. */
    private static void replace(Path file, byte[] content) throws IOException {
        Path folder = requireNonNull(file.toAbsolutePath().getParent(), "an absolute file has a folder");
        Path aside = folder.resolve(ASIDE + file.getFileName());
        Files.deleteIfExists(aside);
        var options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel channel = FileChannel.open(aside, options, PRIVATE_FILE)) {
            writeAll(channel, content);
            channel.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
    }

    /** Whether a file is half a journal of a daemon that died while it wrote it in a newer version: of no use to anybody. */
    public static boolean isAside(Path file) {
        return String.valueOf(file.getFileName()).startsWith(ASIDE);
    }

    /** Adds the newest state, unless the journal is set aside. After a failure the record may or may not be there. */
    public void append(String record, Durability durability) {
        if (aside) {
            return;
        }
        lock.lock();
        try {
            write(line(record).getBytes(StandardCharsets.UTF_8), durability);
        } catch (IOException e) {
            throw new CriusException.Failed("journal " + file + ": " + e, e);
        } finally {
            lock.unlock();
        }
    }

    /** A disk's work that goes on beside other work. */
    public static final class Sync {
        private final CompletableFuture<Optional<CriusException.Failed>> done = new CompletableFuture<>();

        private Sync() {}

        /**
         * Waits for the disk; not interruptible, as any write.
         *
         * @throws CriusException.Failed where the disk did not take it; what was appended may or may not be there after a
         *     power loss
         */
        public void await() {
            done.join().ifPresent(e -> {
                throw e;
            });
        }
    }

    /** Begins to make all that was appended so far survive a power loss, on a thread of its own. Returns at once. */
    public Sync beginSync() {
        var sync = new Sync();
        Thread.ofVirtual().name("sync-journal").start(() -> {
            try {
                force();
                sync.done.complete(Optional.empty());
            } catch (IOException | RuntimeException e) {
                sync.done.complete(Optional.of(new CriusException.Failed("journal " + file + ": " + e, e)));
            }
        });
        return sync;
    }

    private void force() throws IOException {
        lock.lock();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(false);
            syncName();
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

    @GuardedBy("lock")
    private void write(byte[] line, Durability durability) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            long before = channel.size();
            try {
                writeAll(channel, line);
            } catch (IOException e) {
                // Half a line in the middle would be damage; at the end nothing was written.
                channel.truncate(before);
                throw e;
            }
            if (durability == Durability.POWER_LOSS) {
                channel.force(false);
            }
        }
        if (durability == Durability.POWER_LOSS) {
            syncName();
        }
    }

    private static void writeAll(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Kernel: fsync(2), a file's name is in its folder, which has to be synced as well; so is the folder's in the one above. */
    @GuardedBy("lock")
    private void syncName() throws IOException {
        if (named) {
            return;
        }
        sync(folder());
        Path above = folder().getParent();
        if (above != null) {
            sync(above);
        }
        named = true;
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path folder() {
        return requireNonNull(file.getParent(), "an absolute file has a folder");
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

    static boolean isBeginningOfHeader(String text) {
        return HEADER.startsWith(text) || WHOLE_HEADER.matcher(text).matches();
    }

    /** 0 where it is no header. */
    static int versionIn(String line) {
        Matcher header = WHOLE_HEADER.matcher(line);
        return header.matches() ? Integer.parseInt(header.group(1)) : 0;
    }
}

package io.crius.storage.archive;

import io.crius.linux.RawNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar stream entry by entry: ustar, PAX, GNU long names and binary numbers, star, V7. One thread.
 *
 * <p>Every byte that is not data of an entry is handed to {@code framing} in order, so that data and framing together are
 * the stream again. Compat: what is accepted and refused follows Go's archive/tar, which the other tools use, so that a
 * layer means the same to all of them.
 */
public final class TarReader {
    /** Takes bytes of a buffer that is reused after the call. */
    @FunctionalInterface
    public interface Sink {
        void accept(byte[] buffer, int offset, int length) throws IOException;
    }

    private static final int LARGEST_EXTENSION = 1 << 20;

    private final TarSource source;
    private final Sink framing;
    private long data;
    private int padding;

    public TarReader(InputStream in, long maxBytes, Sink framing) {
        this.source = new TarSource(in, maxBytes);
        this.framing = framing;
    }

    /**
     * The next entry; the data of the one before that nobody asked for are passed over. Empty at the end, when the stream
     * has been read to its very end, trailing bytes included.
     */
    public Optional<TarEntry> next() throws IOException {
        transfer((_, _, _) -> {});
        frame(padding);
        padding = 0;
        PaxRecords pax = PaxRecords.NONE;
        String longName = null;
        String longLink = null;
        while (true) {
            TarHeader header = header();
            if (header == null) {
                drain();
                return Optional.empty();
            }
            switch (header.flag()) {
                case 'x' -> pax = PaxRecords.parse(extension(header));
                case 'L' -> longName = untilZero(extension(header));
                case 'K' -> longLink = untilZero(extension(header));
                default -> {
                    return Optional.of(entry(header, new Extensions(pax, longName, longLink)));
                }
            }
        }
    }

    /** Hands over the data of the current entry, once. */
    public void transfer(Sink sink) throws IOException {
        while (data > 0) {
            if (source.available() == 0 && !source.fill()) {
                throw new MalformedArchiveException("tar: the stream ends within the data of an entry");
            }
            int count = (int) Math.min(data, source.available());
            sink.accept(source.buffer(), source.offset(), count);
            source.consume(count);
            data -= count;
        }
    }

    /** Bytes read so far. */
    public long total() {
        return source.total();
    }

    /** The sha256 of the whole stream, once {@link #next} has said that it is at its end. */
    public byte[] digest() {
        return source.digest();
    }

    private record Extensions(
            PaxRecords pax,
            @Nullable String longName,
            @Nullable String longLink) {}

    /** The next header block that is not zero, or null at the end of the archive. */
    private @Nullable TarHeader header() throws IOException {
        byte[] block = block();
        if (block == null) {
            return null;
        }
        if (!TarHeader.isZero(block, 0)) {
            return TarHeader.parse(block);
        }
        byte[] second = block();
        if (second != null && !TarHeader.isZero(second, 0)) {
            throw new MalformedArchiveException("tar: a header follows a single zero block");
        }
        return null;
    }

    private byte @Nullable [] block() throws IOException {
        if (!source.require(TarHeader.SIZE)) {
            if (source.available() > 0) {
                throw new MalformedArchiveException("tar: the stream ends within a header");
            }
            return null;
        }
        byte[] block = new byte[TarHeader.SIZE];
        System.arraycopy(source.buffer(), source.offset(), block, 0, block.length);
        frame(block.length);
        return block;
    }

    private TarEntry entry(TarHeader header, Extensions extensions) throws IOException {
        EntryType type = EntryType.of(header.flag());
        if (type == EntryType.GLOBAL_HEADER) {
            PaxRecords.parse(extension(header));
            return new TarEntry(
                    type,
                    header.flag(),
                    header.name(),
                    "",
                    0,
                    0,
                    new TarEntry.Owner(0, 0),
                    Instant.EPOCH,
                    Instant.EPOCH,
                    TarEntry.Device.NONE,
                    PaxRecords.NONE.attributes());
        }
        PaxRecords pax = extensions.pax();
        String name = orElse(pax.name("path"), orElse(extensions.longName(), header.name()));
        long size = number(pax.text("size"), header.size(), "size");
        if (type == EntryType.FILE && name.endsWith("/")) {
            // Compat: archives of old tars mark folders by a slash only.
            type = EntryType.DIRECTORY;
        }
        begin(type.mayHaveData() ? size : 0);
        Instant modified = time(pax.text("mtime"), TarNumbers.seconds(header.modified()));
        Instant accessed = time(pax.text("atime"), modified);
        return new TarEntry(
                type,
                header.flag(),
                name,
                orElse(pax.name("linkpath"), orElse(extensions.longLink(), header.linkName())),
                data,
                header.mode(),
                new TarEntry.Owner(
                        number(pax.text("uid"), header.uid(), "uid"), number(pax.text("gid"), header.gid(), "gid")),
                modified,
                accessed.isBefore(modified) ? modified : accessed,
                header.device(),
                pax.attributes());
    }

    private void begin(long size) {
        data = size;
        padding = padding(size);
    }

    private static int padding(long size) {
        return (int) (-size & TarHeader.SIZE - 1);
    }

    /** The body of a header that only extends the next one; it is framing. */
    private byte[] extension(TarHeader header) throws IOException {
        long size = header.size();
        if (size > LARGEST_EXTENSION) {
            throw new MalformedArchiveException("tar: an extended header of " + size + " bytes is too large");
        }
        var body = new ByteArrayOutputStream((int) size);
        begin(size);
        transfer((buffer, offset, length) -> {
            body.write(buffer, offset, length);
            framing.accept(buffer, offset, length);
        });
        frame(padding);
        padding = 0;
        return body.toByteArray();
    }

    /** Passes on up to {@code count} bytes; fewer are there at the end of a stream that was cut within its padding. */
    private void frame(int count) throws IOException {
        source.require(count);
        int there = Math.min(count, source.available());
        framing.accept(source.buffer(), source.offset(), there);
        source.consume(there);
    }

    private void drain() throws IOException {
        do {
            framing.accept(source.buffer(), source.offset(), source.available());
            source.consume(source.available());
        } while (source.fill());
    }

    private static String untilZero(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return RawNames.decode(bytes, 0, end);
    }

    private static String orElse(@Nullable String first, String second) {
        return first == null ? second : first;
    }

    private static long number(@Nullable String pax, long header, String what) throws MalformedArchiveException {
        return pax == null ? header : TarNumbers.decimal(pax, what);
    }

    private static Instant time(@Nullable String pax, Instant fallback) throws MalformedArchiveException {
        return pax == null ? fallback : TarNumbers.time(pax, "time");
    }
}

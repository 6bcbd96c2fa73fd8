package io.crius.storage.unpack;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.StatFs;
import io.crius.model.Digest;
import io.crius.storage.archive.EntryType;
import io.crius.storage.archive.MalformedArchiveException;
import io.crius.storage.archive.PathSet;
import io.crius.storage.archive.TarEntry;
import io.crius.storage.archive.TarReader;
import io.crius.storage.archive.UnpackLimits;
import io.crius.storage.tarsplit.Crc64;
import io.crius.storage.tarsplit.TarSplitWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Unpacks one stream into one folder, and writes down how the stream was framed. One thread, one use. */
public final class Unpacker implements AutoCloseable {
    /** From this size on the disk is asked first. */
    private static final long LARGE = 16 << 20;

    private final Fd root;
    private final Linux linux;
    private final UnpackLimits limits;
    private final TarSplitWriter split;
    private final LayerTree tree;
    private final EntryWriter writer;
    private final PathSet seen = new PathSet();
    private final IdSet uids = new IdSet();
    private final IdSet gids = new IdSet();
    private Unpacked.Root rootMention = Unpacked.Root.NOT_MENTIONED;

    /** As below, with the owners that the archive names. */
    public Unpacker(Fd root, TarSplitWriter split, UnpackLimits limits, Linux linux) {
        this(root, split, limits, Owners.AS_ARCHIVED, linux);
    }

    /** Into the folder {@code root}, which must be empty and nobody else's business; it and the split stay open. */
    public Unpacker(Fd root, TarSplitWriter split, UnpackLimits limits, Owners owners, Linux linux) {
        this.root = root;
        this.linux = linux;
        this.limits = limits;
        this.split = split;
        this.tree = new LayerTree(root, limits.maxFolderMemory(), linux);
        this.writer = new EntryWriter(tree, owners, linux);
    }

    /**
     * Reads the stream to its very end.
     *
     * @throws MalformedArchiveException the archive is the problem
     * @throws io.crius.storage.archive.SourceException the stream is
     * @throws io.crius.linux.ErrnoException the kernel refused, be it for what the archive asked or for lack of space
     */
    public Unpacked unpack(InputStream tar) throws IOException {
        var reader = new TarReader(tar, limits.maxBytes(), split::framing);
        int entries = 0;
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            if (++entries > limits.maxEntries()) {
                throw new MalformedArchiveException("tar: more than the allowed " + limits.maxEntries() + " entries");
            }
            add(next.get(), reader);
        }
        tree.finish();
        return new Unpacked(
                Digest.sha256(reader.digest()),
                reader.total(),
                uids.sorted(),
                gids.sorted(),
                rootMention,
                tree.implied());
    }

    @Override
    public void close() {
        tree.close();
        seen.close();
    }

    private void add(TarEntry entry, TarReader reader) throws IOException {
        EntryPath path = EntryPath.of(entry.name());
        boolean absolute = entry.name().startsWith("/");
        if (!seen.add(absolute ? path.toString() : path.text())) {
            // Compat: tar-split cannot describe such a layer.
            throw new MalformedArchiveException(
                    "tar: \"" + entry.name() + "\": duplicates of file paths not supported");
        }
        requireRoom(entry, reader);
        var checksum = new Crc64();
        if (entry.type() == EntryType.UNKNOWN) {
            throw new MalformedArchiveException(
                    "tar: \"" + entry.name() + "\": unhandled tar header type " + (entry.flag() & 0xFF));
        }
        if (entry.type() != EntryType.GLOBAL_HEADER) {
            note(entry, path);
            place(entry, path, absolute, file -> copy(reader, checksum, file));
        }
        reader.transfer(checksum::update);
        split.entry(entry.name(), entry.size(), checksum);
    }

    /** What is too large is refused by what its header declares, before a byte of it is written. */
    private void requireRoom(TarEntry entry, TarReader reader) throws IOException {
        if (entry.size() > limits.maxBytes() - reader.total()) {
            throw new MalformedArchiveException("tar: \"" + entry.name() + "\" declares " + entry.size()
                    + " bytes, more than what the limit of " + limits.maxBytes() + " for a layer leaves");
        }
        if (entry.size() < LARGE || !entry.type().equals(EntryType.FILE)) {
            return;
        }
        StatFs disk = linux.features().statFs(root.procPath());
        long free = disk.freeBlocks() * disk.blockSize();
        if (entry.size() > free) {
            throw new ErrnoException(
                    "unpack \"" + entry.name() + "\": its header declares " + entry.size() + " bytes, " + free
                            + " are free",
                    Errno.ENOSPC);
        }
    }

    private void place(TarEntry entry, EntryPath path, boolean absolute, EntryWriter.Data data) throws IOException {
        if (!path.isRoot()) {
            writer.write(entry, path, data);
        } else if (absolute && entry.type() == EntryType.DIRECTORY) {
            // Compat: "./" does not touch the root, "/" does.
            writer.writeRoot(entry, root);
            rootMention = Unpacked.Root.DESCRIBED;
        }
    }

    private void note(TarEntry entry, EntryPath path) throws MalformedArchiveException {
        if (!path.base().startsWith(EntryWriter.WHITEOUT)) {
            uids.add(entry.owner().uid() & 0xFFFFFFFFL);
            gids.add(entry.owner().gid() & 0xFFFFFFFFL);
        }
    }

    private void copy(TarReader reader, Crc64 checksum, Fd file) throws IOException {
        reader.transfer((buffer, offset, length) -> {
            checksum.update(buffer, offset, length);
            linux.descriptors().writeFully(file, buffer, offset, length);
        });
    }
}

package io.crius.storage;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.storage.archive.MalformedArchiveException;
import io.crius.storage.archive.SourceException;
import io.crius.storage.archive.UnpackLimits;
import io.crius.storage.disk.TempDir;
import io.crius.storage.driver.NewTree;
import io.crius.storage.driver.StorageDriver;
import io.crius.storage.tarsplit.TarSplitWriter;
import io.crius.storage.unpack.Owners;
import io.crius.storage.unpack.Unpacked;
import io.crius.storage.unpack.Unpacker;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A layer in two temporary folders: its tree where layer folders are, its tar-split file where those are. */
final class StagedLayer implements LayerStaging {
    /** Refusals of the kernel that the archive asked for. */
    private static final Set<Errno> ASKED_FOR = EnumSet.of(
            Errno.ENOTDIR, Errno.ELOOP, Errno.ENAMETOOLONG, Errno.EEXIST, Errno.EISDIR, Errno.EINVAL, Errno.EPERM);

    private static final int ROOT_MODE = 0755;

    /** What the tree is for. */
    record Rules(StorageDriver driver, DriverOptions options) {}

    private final TempDir treeTemp;
    private final TempDir splitTemp;
    private final Rules rules;
    private final Linux linux;
    private final Path tree;
    private final Path split;
    private boolean begun;
    private @Nullable Unpacked unpacked;

    StagedLayer(TempDir treeTemp, TempDir splitTemp, Rules rules, Linux linux) {
        this.treeTemp = treeTemp;
        this.splitTemp = splitTemp;
        this.rules = rules;
        this.linux = linux;
        this.tree = treeTemp.child("addition");
        this.split = splitTemp.child("tar-split.gz");
    }

    @Override
    public LayerContent unpack(InputStream tar, UnpackLimits limits) throws IOException {
        if (begun) {
            throw new IllegalStateException("a staged layer is unpacked once");
        }
        begun = true;
        try {
            Unpacked done = unpackInto(tar, limits);
            unpacked = done;
            return new LayerContent(done.diffId(), done.size(), done.uids(), done.gids());
        } catch (SourceException e) {
            throw e.thrown();
        } catch (IOException e) {
            throw translated(e);
        }
    }

    private Unpacked unpackInto(InputStream tar, UnpackLimits limits) throws IOException {
        rules.driver.makeStaging(tree);
        try (Fd root = linux.descriptors().open(tree, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
                var splitWriter = new TarSplitWriter(splitFile());
                var unpacker = new Unpacker(root, splitWriter, limits, owners(), linux)) {
            linux.attributes().chmod(root, ROOT_MODE);
            Unpacked done = unpacker.unpack(tar);
            if (rules.options.sync() == LayerSync.FILESYSTEM) {
                linux.descriptors().syncFilesystem(root);
            }
            return done;
        }
    }

    private Owners owners() {
        return switch (rules.options.chownErrors()) {
            case FATAL -> Owners.AS_ARCHIVED;
            case IGNORED -> Owners.WHERE_POSSIBLE;
        };
    }

    private OutputStream splitFile() throws IOException {
        Files.createFile(split, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.newOutputStream(split, StandardOpenOption.WRITE);
    }

    private CriusException translated(IOException e) {
        return switch (e) {
            case MalformedArchiveException _ ->
                new CriusException.InvalidArgument("unpack layer: " + e.getMessage(), e);
            case InterruptedIOException _ -> new CriusException.Cancelled("unpack layer: " + e.getMessage(), e);
            case ErrnoException errno
            when ASKED_FOR.contains(errno.errno()) ->
                new CriusException.InvalidArgument(
                        "unpack layer: the archive cannot be unpacked: " + e.getMessage(), e);
            default -> new CriusException.Failed("unpack layer into " + tree + ": " + e.getMessage(), e);
        };
    }

    Unpacked unpacked() {
        if (unpacked == null) {
            throw new IllegalStateException("the layer was not unpacked, or not to its end");
        }
        return unpacked;
    }

    /** What is put in place as the layer on that parent. Blocks: some drivers copy the parent's tree. */
    NewTree.Staged settled(Optional<String> parent) throws IOException {
        NewTree.OwnMode ownMode =
                unpacked().root() == Unpacked.Root.DESCRIBED ? NewTree.OwnMode.KEPT : NewTree.OwnMode.OF_PARENT;
        return rules.driver.settle(
                new NewTree.Unpacked(tree, ownMode, unpacked().implied()), parent, treeTemp);
    }

    /** The tar-split file, to be moved away. */
    Path split() {
        return split;
    }

    @Override
    public void close() {
        treeTemp.close();
        splitTemp.close();
    }
}

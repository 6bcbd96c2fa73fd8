package io.crius.storage.tree;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileAttributes;
import io.crius.linux.FileKind;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Copies of single files with everything that they are: owner, mode, times, extended attributes. Thread-safe. */
final class FileCopy {
    private static final String OVERLAY_ATTRIBUTES = "trusted.overlay.";
    private static final int KIND = 0170000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final Set<OpenFlag> READ = Set.of(OpenFlag.RDONLY, OpenFlag.NOFOLLOW);
    private static final Set<OpenFlag> WRITE =
            Set.of(OpenFlag.WRONLY, OpenFlag.CREAT, OpenFlag.EXCL, OpenFlag.NOFOLLOW);

    private final Linux linux;

    FileCopy(Linux linux) {
        this.linux = linux;
    }

    /** Anything but a folder; sockets are left out, since nobody listens at a copy. */
    void copy(Fd from, String name, FileStat stat, Fd to) throws IOException {
        if (stat.isRegular()) {
            regular(from, name, stat, to);
        } else if (stat.isSymlink()) {
            attributes().symlinkAt(attributes().readLinkAt(from, name), to, name);
            describe(from, name, stat, to);
        } else if (kind(stat).isPresent()) {
            attributes().mknodAt(to, name, kind(stat).get(), 0600, stat.device());
            describe(from, name, stat, to);
        }
    }

    private static Optional<FileKind> kind(FileStat stat) {
        if (stat.isFifo()) {
            return Optional.of(FileKind.FIFO);
        }
        if (stat.isCharacterDevice()) {
            return Optional.of(FileKind.CHARACTER_DEVICE);
        }
        return (stat.mode() & KIND) == BLOCK_DEVICE ? Optional.of(FileKind.BLOCK_DEVICE) : Optional.empty();
    }

    private void regular(Fd from, String name, FileStat stat, Fd to) throws IOException {
        try (Fd source = linux.descriptors().openBeneath(from, name, READ, 0);
                Fd target = linux.descriptors().openBeneath(to, name, WRITE, 0600)) {
            linux.descriptors().copy(source, target);
            describe(source, stat, target);
        }
    }

    /** Makes an open file or folder like another one. The order matters: a change of owner takes modes and capabilities. */
    void describe(Fd source, FileStat stat, Fd target) throws ErrnoException {
        attributes().chown(target, stat.uid(), stat.gid());
        attributes().chmod(target, stat.permissions());
        for (String attribute : attributes().xattrNames(source)) {
            Optional<byte[]> value = attributes().xattr(source, attribute);
            if (value.isPresent() && !attribute.startsWith(OVERLAY_ATTRIBUTES)) {
                setLeniently(() -> attributes().setXattr(target, attribute, value.get()));
            }
        }
        attributes().utimens(target, stat.modified(), stat.modified());
    }

    private void describe(Fd from, String name, FileStat stat, Fd to) throws ErrnoException {
        attributes().chownAt(to, name, stat.uid(), stat.gid());
        if (!stat.isSymlink()) {
            attributes().chmodAt(to, name, stat.permissions());
        }
        for (String attribute : attributes().xattrNamesAt(from, name)) {
            Optional<byte[]> value = attributes().xattrAt(from, name, attribute);
            if (value.isPresent()) {
                setLeniently(() -> attributes().setXattrAt(to, name, attribute, value.get()));
            }
        }
        attributes().utimensAt(to, name, stat.modified(), stat.modified());
    }

    private interface Setting {
        void run() throws ErrnoException;
    }

    /** What the file system itself puts on files cannot be put there by others. */
    private static void setLeniently(Setting setting) throws ErrnoException {
        try {
            setting.run();
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
        }
    }

    private FileAttributes attributes() {
        return linux.attributes();
    }
}

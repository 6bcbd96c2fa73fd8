package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@link AtomicFiles} by a new file and a rename. What a crash leaves is named {@code .<name>.<16 hex digits>.tmp}. Thread-safe.
 */
final class RenamedFiles implements AtomicFiles {
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY);
    private static final Set<OpenFlag> NEW = Set.of(OpenFlag.WRONLY, OpenFlag.CREAT, OpenFlag.EXCL, OpenFlag.NOFOLLOW);
    private static final int NAME_KEPT = 100;

    private final Descriptors descriptors;
    private final FileAttributes attributes;

    RenamedFiles(Descriptors descriptors, FileAttributes attributes) {
        this.descriptors = descriptors;
        this.attributes = attributes;
    }

    @Override
    public void write(Path target, byte[] content, FileMode mode) throws IOException {
        Path name = target.getFileName();
        Path parent = target.toAbsolutePath().getParent();
        if (name == null || parent == null) {
            throw new ErrnoException(Sys.describe("write", target), Errno.EISDIR);
        }
        try (Fd folder = descriptors.open(parent, FOLDER, 0)) {
            String aside = aside(name.toString());
            try {
                fill(parent.resolve(aside), content, mode);
                attributes.renameAt(folder, aside, folder, name.toString());
            } catch (IOException | RuntimeException e) {
                discard(folder, aside, e);
                throw e;
            }
            descriptors.fsync(folder);
        }
    }

    private void fill(Path file, byte[] content, FileMode mode) throws IOException {
        try (Fd fd = descriptors.open(file, NEW, 0600)) {
            descriptors.writeFully(fd, content, 0, content.length);
            attributes.chmod(fd, mode.bits());
            descriptors.fsync(fd);
        }
    }

    private void discard(Fd folder, String name, Exception why) {
        try {
            attributes.unlinkAt(folder, name, UnlinkFlag.FILE);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                why.addSuppressed(e);
            }
        }
    }

    /** Kernel: a name has 255 bytes at most. */
    private static String aside(String name) {
        String kept = name.length() <= NAME_KEPT ? name : name.substring(0, 40);
        return "." + kept + "."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + ".tmp";
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        try (Fd fd = descriptors.open(folder, FOLDER, 0)) {
            descriptors.fsync(fd);
        }
    }
}

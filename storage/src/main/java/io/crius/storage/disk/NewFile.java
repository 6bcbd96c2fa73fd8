package io.crius.storage.disk;

import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.UnlinkFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/** Writing small files that others may be reading: aside, then in place by rename. */
public final class NewFile {
    /** What is waited for before the new content is shown. */
    public enum Sync {
        /** Nothing: a power loss may lose it. */
        NONE,
        /** That the content is on the disk. */
        DATA
    }

    private static final Set<OpenFlag> CREATE =
            Set.of(OpenFlag.WRONLY, OpenFlag.CREAT, OpenFlag.EXCL, OpenFlag.NOFOLLOW);

    private NewFile() {}

    /**
     * Puts the content in the place of the file, mode 0600. Readers see the old or the new content, whatever happens.
     * Compat: what a crash leaves is named {@code .tmp-<name>...}, as the other tools name theirs.
     */
    public static void replace(Path file, byte[] content, Sync sync, Linux linux) throws IOException {
        String name =
                Objects.requireNonNull(file.getFileName(), "a file has a name").toString();
        Path parent = Objects.requireNonNull(file.getParent(), "a file has a folder");
        try (Fd folder = linux.descriptors().open(parent, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0)) {
            replace(folder, name, new Content(content, 0600, sync), linux);
        }
    }

    /** What goes into a file: bytes, mode, and whether that is waited for. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Content(byte[] bytes, int mode, Sync sync) {}

    /** As above, for a file in an open folder. */
    public static void replace(Fd folder, String name, Content content, Linux linux) throws IOException {
        String aside = ".tmp-" + name + RandomName.hex();
        try {
            write(folder, aside, content, linux);
            linux.attributes().renameAt(folder, aside, folder, name);
        } catch (IOException e) {
            discard(folder, aside, e, linux);
            throw e;
        }
    }

    private static void write(Fd folder, String name, Content content, Linux linux) throws IOException {
        try (Fd file = linux.descriptors().openBeneath(folder, name, CREATE, content.mode)) {
            linux.descriptors().writeFully(file, content.bytes, 0, content.bytes.length);
            if (content.sync == Sync.DATA) {
                linux.descriptors().fdatasync(file);
            }
        }
    }

    private static void discard(Fd folder, String name, IOException cause, Linux linux) {
        try {
            linux.attributes().unlinkAt(folder, name, UnlinkFlag.FILE);
        } catch (ErrnoException e) {
            cause.addSuppressed(e);
        }
    }
}

package io.crius.storage.disk;

import static java.lang.System.Logger.Level.DEBUG;

import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.UnlinkFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/**
 * A small file that others may be reading is replaced: written aside, then put in place by rename. One that was not shown leaves
 * nothing.
 */
public final class NewFile implements AutoCloseable {
    /** What is waited for before the new content is shown. */
    public enum Sync {
        /** Nothing: a power loss may lose it. */
        NONE,
        /** That the content is on the disk. */
        DATA
    }

    private static final System.Logger LOG = System.getLogger(NewFile.class.getName());

    private static final Set<OpenFlag> CREATE =
            Set.of(OpenFlag.WRONLY, OpenFlag.CREAT, OpenFlag.EXCL, OpenFlag.NOFOLLOW);

    private final Fd folder;
    private final String name;
    private final String aside;
    private final Sync sync;
    private final Linux linux;
    private final Fd file;
    private boolean shown;

    private NewFile(Fd folder, String name, Content content, Linux linux) throws IOException {
        this.folder = folder;
        this.name = name;
        this.aside = ".tmp-" + name + RandomName.hex();
        this.sync = content.sync;
        this.linux = linux;
        this.file = linux.descriptors().openBeneath(folder, aside, CREATE, content.mode);
    }

    /**
     * Writes the content aside and has the disk begin with it. {@code folder} stays open until this is closed.
     * Compat: what a crash leaves is named {@code .tmp-<name>...}, as the other tools name theirs.
     */
    public static NewFile aside(Fd folder, String name, Content content, Linux linux) throws IOException {
        var file = new NewFile(folder, name, content, linux);
        try {
            linux.descriptors().writeFully(file.file, content.bytes, 0, content.bytes.length);
            if (content.sync == Sync.DATA) {
                file.beginWriting();
            }
            return file;
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    /** A hint only: file systems may not know it, and what is wrong with the disk the wait tells. */
    private void beginWriting() {
        try {
            linux.descriptors().beginWriting(file);
        } catch (ErrnoException e) {
            LOG.log(DEBUG, () -> "write " + aside + " early: " + e.getMessage());
        }
    }

    /** Waits for the disk, where that was asked for. Of several files: each is written before one is waited for. */
    public void sync() throws IOException {
        if (sync == Sync.DATA) {
            linux.descriptors().fdatasync(file);
        }
    }

    /** Puts the content in the place of the file. Readers see the old or the new one, whatever happens. */
    public void show() throws IOException {
        linux.attributes().renameAt(folder, aside, folder, name);
        shown = true;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (!shown) {
                linux.attributes().unlinkAt(folder, aside, UnlinkFlag.FILE);
            }
        }
    }

    /**
     * Puts the content in the place of the file, mode 0600. Readers see the old or the new content, whatever happens.
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
        try (NewFile file = aside(folder, name, content, linux)) {
            file.sync();
            file.show();
        }
    }
}

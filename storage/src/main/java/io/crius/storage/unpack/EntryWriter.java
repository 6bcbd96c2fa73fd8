package io.crius.storage.unpack;

import io.crius.linux.DeviceNumber;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileAttributes;
import io.crius.linux.FileKind;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.UnlinkFlag;
import io.crius.storage.archive.MalformedArchiveException;
import io.crius.storage.archive.TarEntry;
import io.crius.storage.disk.RandomName;
import io.crius.storage.disk.TreeRemoval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Makes entries in the tree, one at a time, as the overlay file system wants them: whiteouts become devices 0/0, opaque
 * folders an attribute. One thread.
 */
final class EntryWriter {
    /** Where the data of a file come from. */
    @FunctionalInterface
    interface Data {
        void copyTo(Fd file) throws IOException;
    }

    static final String WHITEOUT = ".wh.";

    private static final String OPAQUE = ".wh..wh..opq";
    private static final String OPAQUE_ATTRIBUTE = "trusted.overlay.opaque";
    private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);
    private static final Set<OpenFlag> NEW_FILE =
            Set.of(OpenFlag.WRONLY, OpenFlag.CREAT, OpenFlag.EXCL, OpenFlag.NOFOLLOW);
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);

    private static final DeviceNumber WHITEOUT_DEVICE = new DeviceNumber(0, 0);

    private final LayerTree tree;
    private final Linux linux;
    private final Metadata metadata;

    EntryWriter(LayerTree tree, Owners owners, Linux linux) {
        this.tree = tree;
        this.linux = linux;
        this.metadata = new Metadata(linux.attributes(), owners);
    }

    /** Makes the entry; its data are asked for only where it is a file. */
    void write(TarEntry entry, EntryPath path, Data data) throws IOException {
        Fd folder;
        try {
            folder = tree.folderMade(path.parent());
        } catch (ErrnoException e) {
            // Compat: builders write /.wh.foo and then /foo/.wh.bar; the second has nothing left to hide.
            if (e.errno() == Errno.ENOTDIR && path.base().startsWith(WHITEOUT)) {
                return;
            }
            throw e;
        }
        if (path.base().equals(OPAQUE)) {
            linux.attributes().setXattr(folder, OPAQUE_ATTRIBUTE, YES);
        } else if (path.base().startsWith(WHITEOUT)) {
            whiteout(entry, folder, path.base().substring(WHITEOUT.length()));
        } else {
            make(entry, path, folder, data);
        }
    }

    /** The root of the layer itself. */
    void writeRoot(TarEntry entry, Fd root) throws IOException {
        metadata.apply(entry, root);
        tree.describe(EntryPath.ROOT, entry, root);
    }

    private void make(TarEntry entry, EntryPath path, Fd folder, Data data) throws IOException {
        String name = path.base();
        switch (entry.type()) {
            case FILE -> file(entry, folder, name, data);
            case DIRECTORY -> folder(entry, path, folder);
            case SYMLINK -> {
                create(folder, name, () -> attributes().symlinkAt(entry.linkName(), folder, name));
                metadata.apply(entry, folder, name);
            }
            case HARD_LINK -> hardLink(entry, folder, name);
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
                create(folder, name, () -> node(entry, folder, name));
                metadata.apply(entry, folder, name);
            }
            case GLOBAL_HEADER, UNKNOWN -> throw new IllegalArgumentException(entry.type() + " makes no file");
        }
    }

    private void file(TarEntry entry, Fd folder, String name, Data data) throws IOException {
        try (Fd file = newFile(folder, name)) {
            data.copyTo(file);
            metadata.apply(entry, file);
        }
    }

    private Fd newFile(Fd folder, String name) throws IOException {
        try {
            return linux.descriptors().openBeneath(folder, name, NEW_FILE, 0600);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            remove(folder, name);
            return linux.descriptors().openBeneath(folder, name, NEW_FILE, 0600);
        }
    }

    private void folder(TarEntry entry, EntryPath path, Fd parent) throws IOException {
        String name = path.base();
        boolean hidden = false;
        try {
            attributes().mkdirAt(parent, name, 0700);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            FileStat there = attributes().statAt(parent, name);
            if (!there.isDirectory()) {
                hidden = isWhiteout(there);
                remove(parent, name);
                attributes().mkdirAt(parent, name, 0700);
            }
        }
        try (Fd made = linux.descriptors().openBeneath(parent, name, FOLDER, 0)) {
            metadata.apply(entry, made);
            if (hidden) {
                // Spec: image-spec layer.md, "Whiteouts" concern lower layers only, so what is made here hides them.
                attributes().setXattr(made, OPAQUE_ATTRIBUTE, YES);
            }
            tree.describe(path, entry, made);
        }
    }

    private void hardLink(TarEntry entry, Fd folder, String name) throws IOException {
        EntryPath target = EntryPath.of(entry.linkName());
        if (target.isRoot()) {
            throw new MalformedArchiveException("tar: hard link \"" + entry.name() + "\" to the root of the layer");
        }
        try {
            create(folder, name, () -> attributes().linkAt(tree.folder(target.parent()), target.base(), folder, name));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                throw new MalformedArchiveException("tar: hard link \"" + entry.name() + "\" to \"" + entry.linkName()
                        + "\", which is not in the layer");
            }
            throw e;
        }
        metadata.applyToLink(entry, folder, name);
    }

    private void node(TarEntry entry, Fd folder, String name) throws ErrnoException {
        FileKind kind = switch (entry.type()) {
            case FIFO -> FileKind.FIFO;
            case BLOCK_DEVICE -> FileKind.BLOCK_DEVICE;
            default -> FileKind.CHARACTER_DEVICE;
        };
        attributes()
                .mknodAt(
                        folder,
                        name,
                        kind,
                        entry.mode(),
                        new DeviceNumber(entry.device().major(), entry.device().minor()));
    }

    /** Hides what lower layers have under this name, not what this layer has. */
    private void whiteout(TarEntry entry, Fd folder, String name) throws IOException {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new MalformedArchiveException("tar: whiteout \"" + entry.name() + "\" names nothing");
        }
        try {
            attributes().mknodAt(folder, name, FileKind.CHARACTER_DEVICE, 0, WHITEOUT_DEVICE);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            hideBehind(folder, name);
            return;
        }
        metadata.chown(entry, folder, name);
    }

    private void hideBehind(Fd folder, String name) throws IOException {
        if (attributes().statAt(folder, name).isDirectory()) {
            try (Fd made = linux.descriptors().openBeneath(folder, name, FOLDER, 0)) {
                attributes().setXattr(made, OPAQUE_ATTRIBUTE, YES);
            }
        }
    }

    private interface Creation {
        void run() throws IOException;
    }

    private void create(Fd folder, String name, Creation creation) throws IOException {
        try {
            creation.run();
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            remove(folder, name);
            creation.run();
        }
    }

    private void remove(Fd folder, String name) throws IOException {
        if (attributes().statAt(folder, name).isDirectory()) {
            // The name may have bytes that no Java path can have.
            String plain = ".removed-" + RandomName.hex();
            attributes().renameAt(folder, name, folder, plain);
            TreeRemoval.remove(folder.procPath().resolve(plain));
        } else {
            attributes().unlinkAt(folder, name, UnlinkFlag.FILE);
        }
        tree.forgetAllBut(folder);
    }

    private static boolean isWhiteout(FileStat stat) {
        return stat.isCharacterDevice() && stat.device().equals(WHITEOUT_DEVICE);
    }

    private FileAttributes attributes() {
        return linux.attributes();
    }
}

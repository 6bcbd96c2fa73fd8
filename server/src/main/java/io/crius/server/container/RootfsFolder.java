package io.crius.server.container;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * Makes things in a root filesystem that somebody else filled. Safety: every path is resolved as if the root filesystem were
 * the root, so that no link of the image leads out of it.
 */
final class RootfsFolder implements AutoCloseable {
    /** There is an /etc/mtab already, or no /etc for one. */
    private static final Set<Errno> HARMLESS =
            EnumSet.of(Errno.EEXIST, Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EROFS);

    private static final Set<OpenFlag> FOLDER = EnumSet.of(OpenFlag.PATH, OpenFlag.DIRECTORY);

    private final Linux linux;
    private final Fd root;

    private RootfsFolder(Linux linux, Fd root) {
        this.linux = linux;
        this.root = root;
    }

    static RootfsFolder open(Linux linux, Path rootfs) throws IOException {
        return new RootfsFolder(linux, linux.descriptors().open(rootfs, FOLDER, 0));
    }

    /**
     * Makes a folder and those above it that are missing, mode 0755, root's. Idempotent. A link that leads nowhere ends it: what
     * it leads to may be mounted in the container.
     *
     * @throws CriusException.InvalidArgument where the image has something else there
     */
    void makeFolders(Path path) throws IOException {
        Path made = Path.of("/");
        for (Path name : path.normalize()) {
            Path next = made.resolve(name);
            if (!makeFolder(made, next)) {
                return;
            }
            made = next;
        }
    }

    private boolean makeFolder(Path parent, Path folder) throws IOException {
        try (Fd _ = open(folder)) {
            return true;
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw notAFolder(folder, e);
            }
        }
        try (Fd above = open(parent)) {
            linux.attributes().mkdirAt(above, String.valueOf(folder.getFileName()), 0755);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EEXIST) {
                return false;
            }
            throw notAFolder(folder, e);
        }
    }

    private Fd open(Path folder) throws ErrnoException {
        return linux.descriptors().openBeneath(root, folder.toString(), FOLDER, 0);
    }

    private static IOException notAFolder(Path folder, ErrnoException e) {
        if (e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
            throw new CriusException.InvalidArgument(folder + " in the image is not a folder: " + e.getMessage(), e);
        }
        return e;
    }

    /** Compat: /etc/mtab shows the container's own mounts; what the image has there stays. */
    void linkMtab() throws IOException {
        try (Fd etc = open(Path.of("/etc"))) {
            linux.attributes().symlinkAt("/proc/mounts", etc, "mtab");
        } catch (ErrnoException e) {
            if (!HARMLESS.contains(e.errno())) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        root.close();
    }
}

package io.crius.storage.unpack;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileAttributes;
import io.crius.linux.FileStat;
import io.crius.storage.archive.TarEntry;
import java.util.Map;

/**
 * Gives a file what its header says of it. The order is part of the contract: the owner first, because changing it clears
 * setuid bits and capabilities; then the mode, then times, then extended attributes.
 */
final class Metadata {
    private static final String SELINUX = "security.selinux";

    private final FileAttributes attributes;
    private final Owners owners;

    Metadata(FileAttributes attributes, Owners owners) {
        this.attributes = attributes;
        this.owners = owners;
    }

    /** To an open file or folder. */
    void apply(TarEntry entry, Fd fd) throws ErrnoException {
        own(() -> attributes.chown(fd, entry.owner().uid(), entry.owner().gid()));
        attributes.chmod(fd, entry.mode());
        attributes.utimens(fd, entry.accessed(), entry.modified());
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            attempt(attribute.getKey(), () -> attributes.setXattr(fd, attribute.getKey(), attribute.getValue()));
        }
    }

    /** To something that must not be opened: a device, a fifo, a link. */
    void apply(TarEntry entry, Fd folder, String name) throws ErrnoException {
        chown(entry, folder, name);
        if (!attributes.statAt(folder, name).isSymlink()) {
            attributes.chmodAt(folder, name, entry.mode());
        }
        attributes.utimensAt(folder, name, entry.accessed(), entry.modified());
        for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
            attempt(
                    attribute.getKey(),
                    () -> attributes.setXattrAt(folder, name, attribute.getKey(), attribute.getValue()));
        }
    }

    /**
     * To a file that exists under another name already. What is right is left alone: setting an owner again would take
     * the capabilities that the first name's entry gave.
     */
    void applyToLink(TarEntry entry, Fd folder, String name) throws ErrnoException {
        FileStat now = attributes.statAt(folder, name);
        if (now.isSymlink()) {
            return;
        }
        boolean owned =
                now.uid() == entry.owner().uid() && now.gid() == entry.owner().gid();
        if (!owned) {
            chown(entry, folder, name);
        }
        if (!owned || now.permissions() != entry.mode()) {
            attributes.chmodAt(folder, name, entry.mode());
        }
        attributes.utimensAt(folder, name, entry.accessed(), entry.modified());
    }

    void chown(TarEntry entry, Fd folder, String name) throws ErrnoException {
        own(() -> attributes.chownAt(
                folder, name, entry.owner().uid(), entry.owner().gid()));
    }

    private void own(Setting setting) throws ErrnoException {
        try {
            setting.run();
        } catch (ErrnoException e) {
            if (owners == Owners.AS_ARCHIVED) {
                throw e;
            }
        }
    }

    private interface Setting {
        void run() throws ErrnoException;
    }

    /** Compat: SELinux labels of the builder mean nothing here; attributes that the file system lacks are left out. */
    private static void attempt(String name, Setting setting) throws ErrnoException {
        if (name.equals(SELINUX)) {
            return;
        }
        try {
            setting.run();
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
        }
    }
}

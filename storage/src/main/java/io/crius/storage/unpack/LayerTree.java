package io.crius.storage.unpack;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.storage.archive.MalformedArchiveException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The folders of the tree being unpacked, opened within its root and kept open for a while, since neighbours in an archive
 * share their parent. One thread; closes what it opened, not the root.
 */
final class LayerTree implements AutoCloseable {
    private static final int KEPT = 32;
    private static final int ATTEMPTS = 64;
    private static final int IMPLICIT_MODE = 0755;

    private final Fd root;
    private final Linux linux;
    private final Set<String> implied = new HashSet<>();
    private final LinkedHashMap<String, Fd> open = new LinkedHashMap<>(KEPT * 2, 0.75f, true);

    LayerTree(Fd root, Linux linux) {
        this.root = root;
        this.linux = linux;
    }

    /**
     * The folder at this path, links resolved within the root. It stays open until {@link #forgetAllBut} or until a good
     * number of others were asked for.
     */
    Fd folder(EntryPath path) throws IOException {
        if (path.isRoot()) {
            return root;
        }
        Fd known = open.get(path.text());
        if (known != null) {
            return known;
        }
        Fd fd = resolve(path);
        open.put(path.text(), fd);
        evict();
        return fd;
    }

    /** As above; what is missing on the way is made, owned by root. */
    Fd folderMade(EntryPath path) throws IOException {
        try {
            return folder(path);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        Fd parent = folderMade(path.parent());
        try {
            linux.attributes().mkdirAt(parent, path.base(), IMPLICIT_MODE);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EEXIST) {
                throw new MalformedArchiveException("tar: folder " + path + " is a link to nowhere");
            }
            throw e;
        }
        Fd made = folder(path);
        linux.attributes().chown(made, 0, 0);
        linux.attributes().chmod(made, IMPLICIT_MODE);
        implied.add(path.text());
        return made;
    }

    /** The archive says what the folder is like after all. */
    void describe(EntryPath path) {
        implied.remove(path.text());
    }

    /** Paths of the folders that the archive only passed through. */
    Set<String> implied() {
        return implied;
    }

    /** Forgets all open folders but this one: something in it was removed, so paths may mean something else now. */
    void forgetAllBut(Fd kept) {
        open.values().removeIf(fd -> {
            if (fd == kept) {
                return false;
            }
            fd.close();
            return true;
        });
    }

    @Override
    public void close() {
        open.values().forEach(Fd::close);
        open.clear();
    }

    private Fd resolve(EntryPath path) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return linux.descriptors()
                        .openBeneath(root, path.text(), Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
            } catch (ErrnoException e) {
                // Kernel: openat2(2) says EAGAIN when anything on the system was renamed while it resolved "..".
                if (e.errno() != Errno.EAGAIN || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void evict() {
        if (open.size() > KEPT) {
            Iterator<Map.Entry<String, Fd>> eldest = open.entrySet().iterator();
            eldest.next().getValue().close();
            eldest.remove();
        }
    }
}

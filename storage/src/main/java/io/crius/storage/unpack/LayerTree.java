package io.crius.storage.unpack;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.storage.archive.MalformedArchiveException;
import io.crius.storage.archive.TarEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folders of the tree being unpacked, opened within its root and kept open for a while, since neighbours in an archive
 * share their parent. Entries that are made in a folder change its times: those that it had when it was opened, or that the archive
 * said meanwhile, are set again when it is left. One thread; closes what it opened, not the root.
 */
final class LayerTree implements AutoCloseable {
    private static final int KEPT = 32;
    private static final int ATTEMPTS = 64;
    private static final int IMPLICIT_MODE = 0755;

    /** What the folders without entries may take, about in bytes: a hundred thousand of them. */
    private static final long MOST_IMPLIED = 16 << 20;

    private static final int COST_OF_IMPLIED = 100;

    private final Fd root;
    private final Linux linux;
    private final Set<String> implied = new HashSet<>();
    private final LinkedHashMap<String, Opened> open = new LinkedHashMap<>(KEPT * 2, 0.75f, true);
    private long impliedCost;
    private @Nullable Times timesOfRoot;

    private record Times(Instant accessed, Instant modified) {
        static Times of(TarEntry entry) {
            return new Times(entry.accessed(), entry.modified());
        }
    }

    private record Opened(Fd fd, Times times) {}

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
        Opened known = open.get(path.text());
        if (known != null) {
            return known.fd;
        }
        Fd fd = resolve(path);
        open.put(path.text(), new Opened(fd, times(fd)));
        evict();
        return fd;
    }

    private Times times(Fd fd) throws IOException {
        try {
            FileStat stat = linux.attributes().stat(fd);
            return new Times(stat.accessed(), stat.modified());
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
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
        imply(path.text());
        return made;
    }

    private void imply(String path) throws MalformedArchiveException {
        impliedCost += path.length() + COST_OF_IMPLIED;
        if (impliedCost > MOST_IMPLIED) {
            throw new MalformedArchiveException(
                    "tar: too many folders have files in the layer but no entry of their own," + " " + implied.size()
                            + " before " + path);
        }
        implied.add(path);
    }

    /** The archive says what the folder is like, be it after others passed through it. */
    void describe(EntryPath path, TarEntry entry) {
        if (path.isRoot()) {
            timesOfRoot = Times.of(entry);
            return;
        }
        implied.remove(path.text());
        open.computeIfPresent(path.text(), (_, opened) -> new Opened(opened.fd, Times.of(entry)));
    }

    /** Sets the times of the folders that are still open, and of the root where the archive said them. */
    void finish() throws IOException {
        for (Opened opened : open.values()) {
            setTimes(opened.fd, opened.times);
        }
        if (timesOfRoot != null) {
            setTimes(root, timesOfRoot);
        }
    }

    private void setTimes(Fd fd, Times times) throws IOException {
        linux.attributes().utimens(fd, times.accessed, times.modified);
    }

    /** Paths of the folders that the archive only passed through. */
    Set<String> implied() {
        return implied;
    }

    /** Forgets all open folders but this one: something in it was removed, so paths may mean something else now. */
    void forgetAllBut(Fd kept) throws IOException {
        Iterator<Opened> all = open.values().iterator();
        while (all.hasNext()) {
            Opened opened = all.next();
            if (opened.fd != kept) {
                all.remove();
                leave(opened);
            }
        }
    }

    private void leave(Opened opened) throws IOException {
        try (opened.fd) {
            setTimes(opened.fd, opened.times);
        }
    }

    @Override
    public void close() {
        open.values().forEach(opened -> opened.fd.close());
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

    private void evict() throws IOException {
        if (open.size() > KEPT) {
            Iterator<Opened> all = open.values().iterator();
            Opened eldest = all.next();
            all.remove();
            leave(eldest);
        }
    }
}

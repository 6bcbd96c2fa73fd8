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
import java.util.stream.Stream;
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

    private static final int COST_OF_IMPLIED = 100;

    private final Fd root;
    private final long mostImplied;
    private final Linux linux;
    private final Set<String> implied = new HashSet<>();
    private final LinkedHashMap<String, Opened> open = new LinkedHashMap<>(KEPT * 2, 0.75f, true);
    private long impliedCost;
    private @Nullable Times timesOfRoot;

    /** Times that a folder is to have when it is left. */
    private static final class Times {
        private Instant accessed;
        private Instant modified;

        Times(Instant accessed, Instant modified) {
            this.accessed = accessed;
            this.modified = modified;
        }

        void become(TarEntry entry) {
            accessed = entry.accessed();
            modified = entry.modified();
        }
    }

    /** Where links lead to a folder, it may be open by several paths; they have the times in common. */
    private record Opened(Fd fd, long inode, Times times) {}

    LayerTree(Fd root, long mostImplied, Linux linux) {
        this.root = root;
        this.mostImplied = mostImplied;
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
        Opened opened = opened(resolve(path));
        open.put(path.text(), opened);
        evict();
        return opened.fd;
    }

    private Opened opened(Fd fd) throws IOException {
        try {
            FileStat stat = linux.attributes().stat(fd);
            Times times = openAs(stat.inode())
                    .findFirst()
                    .map(Opened::times)
                    .orElseGet(() -> new Times(stat.accessed(), stat.modified()));
            return new Opened(fd, stat.inode(), times);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** The tree is all on one file system. */
    private Stream<Opened> openAs(long inode) {
        return open.values().stream().filter(opened -> opened.inode == inode);
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
        if (implied.add(path)) {
            impliedCost += cost(path);
            if (impliedCost > mostImplied) {
                throw new MalformedArchiveException(
                        "tar: too many folders have files in the layer but no entry of their own: " + implied.size());
            }
        }
    }

    private static long cost(String path) {
        return (long) path.length() + COST_OF_IMPLIED;
    }

    /** The archive says what a folder is like, be it after others passed through it. */
    void describe(EntryPath path, TarEntry entry, Fd made) throws IOException {
        if (path.isRoot()) {
            timesOfRoot = new Times(entry.accessed(), entry.modified());
            return;
        }
        if (implied.remove(path.text())) {
            impliedCost -= cost(path.text());
        }
        openAs(linux.attributes().stat(made).inode()).forEach(opened -> opened.times.become(entry));
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

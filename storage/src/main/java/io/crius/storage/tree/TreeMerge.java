package io.crius.storage.tree;

import io.crius.linux.DeviceNumber;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.UnlinkFlag;
import io.crius.storage.disk.RandomName;
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.driver.NewTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Puts what an archive left, with its marks of what it hides, onto a complete tree, and so makes the next complete tree:
 * devices 0/0 delete what has their name, folders marked opaque hide what is in them. One thread, one use.
 */
public final class TreeMerge {
    /** How files get from the one tree into the other. */
    public enum Way {
        /** By rename: both are on one file system, and the first is not used again. */
        MOVE,
        COPY
    }

    private static final DeviceNumber WHITEOUT = new DeviceNumber(0, 0);
    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);

    private final Fd target;
    private final Way way;
    private final Set<String> implied;
    private final Linux linux;
    private final FileCopy files;
    private final TreeCopy copies;

    /**
     * Onto this open folder, which stays open.
     *
     * @param implied paths of folders that keep what they are like where they are there already
     */
    public TreeMerge(Fd target, Way way, Set<String> implied, Linux linux) {
        this.target = target;
        this.way = way;
        this.implied = implied;
        this.linux = linux;
        this.files = new FileCopy(linux);
        this.copies = new TreeCopy(target, linux);
    }

    /** What is in the folder; the target itself becomes like it, or stays as it is. */
    public void apply(Fd source, NewTree.OwnMode ownMode) throws IOException {
        FileStat like = linux.attributes().stat(source);
        FileStat before = linux.attributes().stat(target);
        inside(source, target, "");
        switch (ownMode) {
            case KEPT -> files.describe(source, like, target);
            case OF_PARENT -> linux.attributes().utimens(target, before.modified(), before.modified());
        }
    }

    private void inside(Fd from, Fd to, String path) throws IOException {
        for (String name : linux.attributes().namesIn(from)) {
            TreeCopy.requireGoingOn();
            FileStat stat = linux.attributes().statAt(from, name);
            if (stat.isDirectory()) {
                folder(from, to, name, path + name);
            } else {
                Optional<FileStat> there = stat(to, name);
                if (there.isPresent()) {
                    remove(to, name, there.get());
                }
                if (!isWhiteout(stat)) {
                    put(from, name, stat, new TreeCopy.Destination(to, path));
                }
            }
        }
    }

    private void put(Fd from, String name, FileStat stat, TreeCopy.Destination to) throws IOException {
        switch (way) {
            case MOVE -> linux.attributes().renameAt(from, name, to.folder(), name);
            case COPY -> copies.place(from, name, stat, to);
        }
    }

    private void folder(Fd from, Fd to, String name, String path) throws IOException {
        Optional<FileStat> there = stat(to, name);
        boolean kept = there.filter(FileStat::isDirectory).isPresent();
        if (!kept) {
            if (there.isPresent()) {
                remove(to, name, there.get());
            }
            linux.attributes().mkdirAt(to, name, 0700);
        }
        try (Fd inner = linux.descriptors().openBeneath(from, name, TreeCopy.FOLDER, 0);
                Fd made = linux.descriptors().openBeneath(to, name, TreeCopy.FOLDER, 0)) {
            if (kept && isOpaque(inner)) {
                empty(made);
            }
            FileStat like = linux.attributes().stat(inner);
            FileStat before = linux.attributes().stat(made);
            inside(inner, made, path + "/");
            if (kept && implied.contains(path)) {
                linux.attributes().utimens(made, before.modified(), before.modified());
            } else {
                files.describe(inner, like, made);
            }
        }
    }

    private void empty(Fd folder) throws IOException {
        try (Fd again = linux.descriptors().openBeneath(folder, ".", TreeCopy.FOLDER, 0)) {
            for (String name : linux.attributes().namesIn(again)) {
                remove(folder, name, linux.attributes().statAt(folder, name));
            }
        }
    }

    private void remove(Fd folder, String name, FileStat stat) throws IOException {
        if (!stat.isDirectory()) {
            linux.attributes().unlinkAt(folder, name, UnlinkFlag.FILE);
            return;
        }
        // The name may have bytes that no Java path can have.
        String plain = ".removed-" + RandomName.hex();
        linux.attributes().renameAt(folder, name, folder, plain);
        TreeRemoval.remove(folder.procPath().resolve(plain));
    }

    private Optional<FileStat> stat(Fd folder, String name) throws ErrnoException {
        try {
            return Optional.of(linux.attributes().statAt(folder, name));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isOpaque(Fd folder) throws ErrnoException {
        return linux.attributes()
                .xattr(folder, OPAQUE)
                .filter(value -> Arrays.equals(value, YES))
                .isPresent();
    }

    private static boolean isWhiteout(FileStat stat) {
        return stat.isCharacterDevice() && stat.device().equals(WHITEOUT);
    }
}

package io.crius.storage.tree;

import io.crius.linux.DeviceNumber;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.UnlinkFlag;
import java.io.IOException;

/** Takes the marks of what it hides from a tree that has nothing below it. Thread-safe. */
public final class TreeClean {
    private static final DeviceNumber WHITEOUT = new DeviceNumber(0, 0);
    private static final String OPAQUE = "trusted.overlay.opaque";

    private final Linux linux;

    public TreeClean(Linux linux) {
        this.linux = linux;
    }

    /** Of all that is in the folder, whose own times stay as they are. */
    public void apply(Fd folder) throws IOException {
        FileStat before = linux.attributes().stat(folder);
        boolean changed = unmark(folder);
        for (String name : linux.attributes().namesIn(folder)) {
            TreeCopy.requireGoingOn();
            FileStat stat = linux.attributes().statAt(folder, name);
            if (stat.isDirectory()) {
                try (Fd inner = linux.descriptors().openBeneath(folder, name, TreeCopy.FOLDER, 0)) {
                    apply(inner);
                }
            } else if (stat.isCharacterDevice() && stat.device().equals(WHITEOUT)) {
                linux.attributes().unlinkAt(folder, name, UnlinkFlag.FILE);
                changed = true;
            }
        }
        if (changed) {
            linux.attributes().utimens(folder, before.modified(), before.modified());
        }
    }

    private boolean unmark(Fd folder) throws ErrnoException {
        try {
            linux.attributes().removeXattr(folder, OPAQUE);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENODATA || e.errno() == Errno.EOPNOTSUPP) {
                return false;
            }
            throw e;
        }
    }
}

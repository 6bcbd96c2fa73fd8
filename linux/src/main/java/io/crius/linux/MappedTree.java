package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.MountAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Detached copies of mounts with other owners. Kernel: mount_setattr(2). */
final class MappedTree {
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int OPEN_TREE_CLOEXEC = 02000000;
    private static final int MOUNT_ATTR_IDMAP = 0x00100000;
    private static final int MS_PRIVATE = 1 << 18;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

    private MappedTree() {}

    /** A mount that is nowhere: it ends with the descriptor unless it is attached. */
    static Fd of(Path folder, Fd userNamespace) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long tree =
                    scratch.call(Nr.OPEN_TREE, AT_FDCWD, scratch.string(folder), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
            var fd = new Fd((int) Sys.check(tree, "open_tree", folder));
            try {
                map(scratch, fd, folder, userNamespace);
                return fd;
            } catch (ErrnoException | RuntimeException e) {
                fd.close();
                throw e;
            }
        }
    }

    private static void map(Scratch scratch, Fd tree, Path folder, Fd userNamespace) throws ErrnoException {
        MemorySegment attributes = scratch.struct(MountAttr.SIZE);
        attributes.set(ValueLayout.JAVA_LONG, MountAttr.SET, MOUNT_ATTR_IDMAP);
        attributes.set(ValueLayout.JAVA_LONG, MountAttr.PROPAGATION, MS_PRIVATE);
        attributes.set(ValueLayout.JAVA_LONG, MountAttr.USERNS_FD, userNamespace.number());
        long result = scratch.call(
                Nr.MOUNT_SETATTR,
                tree.number(),
                scratch.string(""),
                AT_EMPTY_PATH,
                attributes.address(),
                MountAttr.SIZE);
        Sys.check(result, "mount_setattr", folder, "MOUNT_ATTR_IDMAP");
    }

    static void attach(Fd tree, Path target) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(
                    Nr.MOVE_MOUNT,
                    tree.number(),
                    scratch.string(""),
                    AT_FDCWD,
                    scratch.string(target),
                    MOVE_MOUNT_F_EMPTY_PATH);
            Sys.check(result, "move_mount", target);
        }
    }
}

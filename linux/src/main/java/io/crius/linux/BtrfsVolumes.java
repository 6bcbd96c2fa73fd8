package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.BtrfsVolume;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The ioctls of {@link Subvolumes}. Thread-safe; all calls run inline. Kernel: linux/btrfs.h. */
final class BtrfsVolumes {
    private static final int SUBVOL_CREATE = 0x5000940E;
    private static final int SNAP_DESTROY = 0x5000940F;
    private static final int SNAP_CREATE_V2 = 0x50009417;
    private static final int NAME_MAX = 255;

    void make(Fd folder, String name) throws ErrnoException {
        call(SUBVOL_CREATE, folder, name, BtrfsVolume.NAME, 0);
    }

    void snapshot(Fd subvolume, Fd folder, String name) throws ErrnoException {
        call(SNAP_CREATE_V2, folder, name, BtrfsVolume.NAME_OF_SNAPSHOT, subvolume.number());
    }

    void remove(Fd folder, String name) throws ErrnoException {
        call(SNAP_DESTROY, folder, name, BtrfsVolume.NAME, 0);
    }

    private static void call(int request, Fd folder, String name, int place, long source) throws ErrnoException {
        byte[] bytes = Sys.bytes(name);
        if (bytes.length > NAME_MAX) {
            throw new ErrnoException(Sys.describe("ioctl", folder, name), Errno.ENAMETOOLONG);
        }
        try (Scratch scratch = Scratch.take()) {
            MemorySegment volume = scratch.struct(BtrfsVolume.SIZE);
            volume.set(ValueLayout.JAVA_LONG, BtrfsVolume.FD, source);
            MemorySegment.copy(bytes, 0, volume, ValueLayout.JAVA_BYTE, place, bytes.length);
            long result = scratch.call(Nr.IOCTL, folder.number(), request, volume.address());
            Sys.check(result, "ioctl", folder, name, describe(request));
        }
    }

    private static String describe(int request) {
        return switch (request) {
            case SUBVOL_CREATE -> "BTRFS_IOC_SUBVOL_CREATE";
            case SNAP_CREATE_V2 -> "BTRFS_IOC_SNAP_CREATE_V2";
            default -> "BTRFS_IOC_SNAP_DESTROY";
        };
    }
}

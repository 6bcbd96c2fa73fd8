package io.crius.storage.disk;

import io.crius.linux.MountInfo;
import io.crius.linux.Mounts;
import io.crius.linux.UnmountFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What is mounted in a folder. */
public final class MountsBelow {
    private static final Set<UnmountFlag> LAZILY = Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW);

    private MountsBelow() {}

    /** Detaches all of it, the folder itself included; also where the folder is reached through a link. */
    public static void detach(Path folder, Mounts mounts) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Path real = folder.toRealPath();
        List<Path> below = mounts.list().stream()
                .map(MountInfo::mountPoint)
                .filter(mount -> mount.startsWith(real))
                .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
                .toList();
        for (Path mount : below) {
            mounts.unmount(mount, LAZILY);
        }
    }
}

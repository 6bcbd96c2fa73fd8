package io.crius.storage.owner;

import io.crius.linux.Fd;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The way to a folder, for those who may not list what is on it. Compat: CRI-O gives everybody the right to pass through the
 * folders above a container's root when the container has a user namespace, since its root is nobody there.
 */
public final class PassableFolders {
    private static final int PASS = 0111;
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY);

    private PassableFolders() {}

    /** Lets everybody pass the folders above. */
    public static void above(Path place, Linux linux) throws IOException {
        for (Path folder = place.toAbsolutePath().getParent(); folder != null; folder = folder.getParent()) {
            try (Fd fd = linux.descriptors().open(folder, FOLDER, 0)) {
                FileStat stat = linux.attributes().stat(fd);
                if ((stat.permissions() & PASS) != PASS) {
                    linux.attributes().chmod(fd, stat.permissions() | PASS);
                }
            }
        }
    }
}

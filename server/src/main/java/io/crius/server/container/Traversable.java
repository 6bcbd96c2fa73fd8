package io.crius.server.container;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets the root of a user namespace, who is nobody on the node, walk to what its containers have mounted.
 *
 * <p>Compat: CRI-O gives the same permission. It is the one to pass through a folder, not the one to list it.
 */
public final class Traversable {
    private static final System.Logger LOG = System.getLogger(Traversable.class.getName());

    private Traversable() {}

    /** Makes all folders above the path passable for everybody. Idempotent. */
    public static void to(Path path) throws IOException {
        for (Path folder = path.getParent(); folder != null; folder = folder.getParent()) {
            Set<PosixFilePermission> permissions = new HashSet<>(Files.getPosixFilePermissions(folder));
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Path opened = folder;
                Files.setPosixFilePermissions(folder, permissions);
                LOG.log(INFO, () -> opened + " may be passed through from now on: a pod has a user namespace");
            }
        }
    }
}

package io.crius.server.container;

import io.crius.config.ImageVolumes;
import io.crius.model.CriusException;
import io.crius.oci.runtime.SpecMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What becomes of the volumes that an image declares, by {@code image_volumes}. Thread-safe. */
final class ImageVolumeFolders {
    private final ImageVolumes policy;

    ImageVolumeFolders(ImageVolumes policy) {
        this.policy = policy;
    }

    /**
     * Makes the volumes' folders and gives the mounts that they need.
     *
     * @param requested where the request mounts something itself: that is the volume then
     * @param folder of the container, for volumes with folders of their own
     */
    List<SpecMount> make(Set<String> volumes, Set<String> requested, RootfsFolder rootfs, Path folder)
            throws IOException {
        var mounts = new ArrayList<SpecMount>();
        for (String volume : volumes) {
            String path = Path.of("/").resolve(volume).normalize().toString();
            if (policy == ImageVolumes.IGNORE || requested.contains(path) || path.equals("/")) {
                continue;
            }
            rootfs.makeFolders(Path.of(path));
            if (policy == ImageVolumes.BIND) {
                Path own = folder.resolve(Integer.toString(mounts.size()));
                mounts.add(SpecMount.bind(made(own).toString(), path, List.of("private", "bind", "rw")));
            }
        }
        return List.copyOf(mounts);
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new CriusException.Failed("folder of an image volume " + folder + ": " + e, e);
        }
    }
}

package io.crius.server.container;

import io.crius.linux.Descriptors;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.server.state.RequestedMount.RequestedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * Parts of mounted images. Safety: the path is resolved as if the image were the root, so that neither {@code ..} nor a
 * link of the image leads out of it; nothing can change meanwhile, as the mount is read-only.
 */
final class ImageSubPaths {
    private static final Set<OpenFlag> LOOK = EnumSet.of(OpenFlag.PATH);

    private final Descriptors descriptors;

    ImageSubPaths(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    /**
     * The path on the node of what is meant.
     *
     * @param mounted where the image is mounted
     * @throws CriusException.InvalidArgument where the image has nothing there
     */
    Path find(Path mounted, RequestedImage image) {
        if (image.subPath().isEmpty()) {
            return mounted;
        }
        try (Fd root = descriptors.open(mounted, EnumSet.of(OpenFlag.PATH, OpenFlag.DIRECTORY), 0);
                Fd found = descriptors.openBeneath(root, image.subPath(), LOOK, 0)) {
            return Files.readSymbolicLink(found.procPath());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
                throw new CriusException.InvalidArgument(
                        "ImageVolumeMountFailed: sub path \"" + image.subPath() + "\" does not exist in image volume \""
                                + image.name() + "\"",
                        e);
            }
            throw failed(image, e);
        } catch (IOException e) {
            throw failed(image, e);
        }
    }

    private static CriusException failed(RequestedImage image, IOException e) {
        return new CriusException.Failed(
                "ImageVolumeMountFailed: sub path \"" + image.subPath() + "\" of image volume \"" + image.name()
                        + "\": " + e.getMessage(),
                e);
    }
}

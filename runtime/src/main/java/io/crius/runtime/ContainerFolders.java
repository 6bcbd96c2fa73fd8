package io.crius.runtime;

import io.crius.model.CriusException;
import java.nio.file.Path;

/**
 * The two folders of a container.
 *
 * @param bundle volatile: {@code config.json}, pid files, fifos and the attach socket; gone after a reboot
 * @param persistent survives a reboot: the second copy of the exit code and the out-of-memory marker
 */
public record ContainerFolders(Path bundle, Path persistent) {
    public ContainerFolders {
        if (!bundle.isAbsolute() || !persistent.isAbsolute()) {
            throw new CriusException.InvalidArgument(
                    "container folders must be absolute: bundle \"" + bundle + "\", persistent \"" + persistent + "\"");
        }
    }
}

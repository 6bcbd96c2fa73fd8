package io.crius.runtime;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Where a container's output is written, in the CRI log format.
 *
 * @param maxBytes the size at which the monitor starts the file anew, dropping what it held; empty leaves rotation to kubelet
 * @param copy where the output goes beside the file
 */
public record ContainerLog(Path path, OptionalLong maxBytes, Copy copy) {
    /** A second place for the output. */
    public enum Copy {
        NONE,
        /** The journal of systemd, by the monitor. */
        JOURNAL
    }

    public ContainerLog {
        if (!path.isAbsolute()) {
            throw new CriusException.InvalidArgument("log path \"" + path + "\" must be absolute");
        }
    }

    public ContainerLog(Path path, OptionalLong maxBytes) {
        this(path, maxBytes, Copy.NONE);
    }

    public static ContainerLog at(Path path) {
        return new ContainerLog(path, OptionalLong.empty());
    }
}

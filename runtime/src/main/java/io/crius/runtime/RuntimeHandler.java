package io.crius.runtime;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An OCI runtime as a container was created with it. It is recorded with each container: an upgrade or a change of the
 * configuration does not touch containers that exist.
 *
 * @param name the handler's name, as RuntimeClass and configuration have it
 * @param path the runtime's binary
 * @param root where the runtime keeps its state ({@code --root})
 * @param createTimeout how long a creation may take before it is killed
 */
public record RuntimeHandler(
        String name, Path path, Path root, CgroupDriver cgroups, MonitorProgram monitor, Duration createTimeout) {
    /** Compat: creations get this long at least, whatever the configuration says. */
    public static final Duration LEAST_CREATE_TIMEOUT = Duration.ofSeconds(30);

    /**
     * The program that watches over a container.
     *
     * @param environment {@code NAME=value}; the runtime gets it as well
     */
    public record MonitorProgram(Path path, List<String> environment, MonitorOptions options) {
        public MonitorProgram {
            environment = List.copyOf(environment);
            mustBeAbsolute("monitor", path);
        }
    }

    /** Choices that change how the monitor treats the container's root and log. */
    public record MonitorOptions(Rooting rooting, LogSync logSync) {
        public static final MonitorOptions DEFAULT = new MonitorOptions(Rooting.PIVOT, LogSync.AT_EXIT);
    }

    /** How the runtime enters the root filesystem; {@code NO_PIVOT} is for a root on a ramdisk. */
    public enum Rooting {
        PIVOT,
        NO_PIVOT
    }

    /** Whether the monitor syncs the container's log to disk before it reports the exit. */
    public enum LogSync {
        AT_EXIT,
        NEVER
    }

    public RuntimeHandler {
        if (name.isBlank()) {
            throw new CriusException.InvalidArgument("runtime handler without a name");
        }
        mustBeAbsolute("runtime", path);
        mustBeAbsolute("runtime root", root);
        if (createTimeout.isNegative() || createTimeout.isZero()) {
            throw new CriusException.InvalidArgument(
                    "runtime handler " + name + ": create timeout " + createTimeout + " must be positive");
        }
    }

    private static void mustBeAbsolute(String what, Path path) {
        if (!path.isAbsolute()) {
            throw new CriusException.InvalidArgument(what + " path \"" + path + "\" must be absolute");
        }
    }
}

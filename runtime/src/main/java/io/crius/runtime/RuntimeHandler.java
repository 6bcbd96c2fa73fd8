package io.crius.runtime;

import io.crius.config.CgroupDriver;
import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
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
    private static final String CONTEXT = "runtime handler";

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
    public record MonitorOptions(Rooting rooting, LogSync logSync, Placement placement) {
        public static final MonitorOptions DEFAULT =
                new MonitorOptions(Rooting.PIVOT, LogSync.AT_EXIT, Placement.DAEMON);
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

    /**
     * The cgroup that monitors run in.
     *
     * @param name as journals have it: DAEMON, POD, or a systemd slice
     */
    public record Placement(String name) {
        private static final String SLICE = ".slice";

        /** Wherever the cgroup driver keeps what has to outlive the daemon. */
        public static final Placement DAEMON = new Placement("DAEMON");

        /** One of its own in the pod's. */
        public static final Placement POD = new Placement("POD");

        public Placement {
            if (!name.equals("DAEMON") && !name.equals("POD") && !name.endsWith(SLICE)) {
                throw new CriusException.InvalidArgument(
                        "monitor_cgroup \"" + name + "\" is neither empty, nor \"pod\", nor a systemd slice");
            }
        }

        /** As {@code monitor_cgroup} has it. */
        public static Placement configured(String value) {
            return switch (value) {
                case "" -> DAEMON;
                case "pod" -> POD;
                default -> new Placement(value);
            };
        }

        /** The slice that it names; empty where it names none. */
        public String slice() {
            return name.endsWith(SLICE) ? name : "";
        }
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

    /** The same with another binary, which keeps its state in the same place. */
    public RuntimeHandler withPath(Path binary) {
        return new RuntimeHandler(name, binary, root, cgroups, monitor, createTimeout);
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("name", name)
                .put("path", path.toString())
                .put("root", root.toString())
                .put("cgroups", cgroups.name())
                .put("monitor", monitor.path().toString())
                .put("monitorEnvironment", JsonArray.ofStrings(monitor.environment()))
                .put("rooting", monitor.options().rooting().name())
                .put("logSync", monitor.options().logSync().name())
                .put("placement", monitor.options().placement().name())
                .put("createTimeoutSeconds", createTimeout.toSeconds())
                .build();
    }

    static RuntimeHandler fromJson(JsonObject json) {
        var options = new MonitorOptions(
                Words.parse(Rooting.class, "rooting", json.requireString("rooting", CONTEXT)),
                Words.parse(LogSync.class, "logSync", json.requireString("logSync", CONTEXT)),
                new Placement(json.requireString("placement", CONTEXT)));
        Path monitor = Path.of(json.requireString("monitor", CONTEXT));
        return new RuntimeHandler(
                json.requireString("name", CONTEXT),
                Path.of(json.requireString("path", CONTEXT)),
                Path.of(json.requireString("root", CONTEXT)),
                Words.parse(CgroupDriver.class, "cgroups", json.requireString("cgroups", CONTEXT)),
                new MonitorProgram(monitor, json.strings("monitorEnvironment"), options),
                Duration.ofSeconds(json.requireInteger("createTimeoutSeconds", CONTEXT)));
    }

    private static void mustBeAbsolute(String what, Path path) {
        if (!path.isAbsolute()) {
            throw new CriusException.InvalidArgument(what + " path \"" + path + "\" must be absolute");
        }
    }
}

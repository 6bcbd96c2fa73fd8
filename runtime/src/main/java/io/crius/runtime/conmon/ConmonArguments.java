package io.crius.runtime.conmon;

import io.crius.config.CgroupDriver;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeHandler.LogSync;
import io.crius.runtime.RuntimeHandler.Rooting;
import io.crius.runtime.cli.CommandEnvironment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line and environment of a monitor. */
final class ConmonArguments {
    private ConmonArguments() {}

    /**
     * Compat: CRI-O's order, so that a process list reads the same.
     *
     * @param runtime what it executes as the container's runtime
     */
    static List<String> create(ContainerBundle container, MonitorPlaces places, Path runtime) {
        RuntimeHandler handler = container.handler();
        ContainerFolders folders = container.folders();
        var arguments = new ArrayList<String>(List.of(
                handler.monitor().path().toString(),
                "-b",
                folders.bundle().toString(),
                "-c",
                container.id().value(),
                "--exit-dir",
                places.exitDir().toString(),
                "-l",
                container.log().path().toString(),
                "--log-level",
                places.logLevel(),
                "-n",
                container.name(),
                "-P",
                MonitorFiles.monitorPidFile(folders).toString(),
                "-p",
                MonitorFiles.initPidFile(folders).toString(),
                "--persist-dir",
                folders.persistent().toString(),
                "-r",
                runtime.toString(),
                "--runtime-arg",
                "--root=" + handler.root(),
                "--socket-dir-path",
                places.attachDir().toString(),
                "--syslog",
                "-u",
                container.id().value()));
        addOptions(arguments, container);
        return arguments;
    }

    private static void addOptions(List<String> arguments, ContainerBundle container) {
        RuntimeHandler handler = container.handler();
        if (handler.cgroups() == CgroupDriver.SYSTEMD) {
            arguments.add("-s");
        }
        container
                .log()
                .maxBytes()
                .ifPresent(bytes -> arguments.addAll(List.of("--log-size-max", Long.toString(bytes))));
        if (handler.monitor().options().logSync() == LogSync.NEVER) {
            arguments.add("--no-sync-log");
        }
        if (container.log().copy() == ContainerLog.Copy.JOURNAL) {
            arguments.addAll(List.of("--log-path", "journald:"));
        }
        if (handler.monitor().options().rooting() == Rooting.NO_PIVOT) {
            arguments.add("--no-pivot");
        }
        switch (container.streams()) {
            case OUTPUT -> {}
            case INPUT_ONCE -> arguments.add("-i");
            case INPUT -> arguments.addAll(List.of("--leave-stdin-open", "-i"));
            case TERMINAL -> arguments.add("-t");
        }
    }

    /** The monitor's whole environment; the numbers are descriptors it inherits. */
    static List<String> environment(RuntimeHandler handler, int syncPipe, int startPipe) {
        var environment = new ArrayList<>(CommandEnvironment.of(handler));
        environment.add("_OCI_SYNCPIPE=" + syncPipe);
        environment.add("_OCI_STARTPIPE=" + startPipe);
        return environment;
    }
}

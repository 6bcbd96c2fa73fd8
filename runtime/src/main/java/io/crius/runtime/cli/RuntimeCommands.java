package io.crius.runtime.cli;

import io.crius.config.CgroupDriver;
import io.crius.runtime.RuntimeHandler;
import java.util.ArrayList;
import java.util.List;

/** Command lines of a runtime's subcommands. Thread-safe. */
public final class RuntimeCommands {
    private final RuntimePrograms programs;

    public RuntimeCommands(RuntimePrograms programs) {
        this.programs = programs;
    }

    /** {@code <runtime> --root R [--systemd-cgroup] <subcommand...>}. */
    public Command of(RuntimeHandler handler, String... subcommand) {
        return command(handler, handler.cgroups() == CgroupDriver.SYSTEMD, List.of(subcommand));
    }

    /**
     * As {@link #of} without {@code --systemd-cgroup}, for subcommands that take the cgroup from the container's state.
     * Compat: exec and update are called so.
     */
    public Command plain(RuntimeHandler handler, String... subcommand) {
        return command(handler, false, List.of(subcommand));
    }

    private Command command(RuntimeHandler handler, boolean systemd, List<String> subcommand) {
        var arguments = new ArrayList<String>();
        arguments.add(handler.path().toString());
        arguments.add("--root=" + handler.root());
        if (systemd) {
            arguments.add("--systemd-cgroup");
        }
        arguments.addAll(subcommand);
        return Command.of(programs.executable(handler.path()), arguments, CommandEnvironment.of(handler));
    }
}

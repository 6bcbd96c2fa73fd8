package io.crius.runtime.conmon;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.runtime.process.NodeProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The monitors that report to this daemon's folder of exit codes, whether or not anybody knows of their containers. Reads all of
 * {@code /proc}: for rare occasions. Thread-safe.
 *
 * <p>Safety: what says by its arguments that it is a monitor may be a container's process; one is believed only where it runs a
 * monitor's program in the namespaces of the daemon.
 */
public final class Strays {
    private static final int SIGKILL = 9;

    private final Linux linux;
    private final NodeProcesses processes;
    private final MonitorPlaces places;
    private final MonitorFiles files;
    private final Set<Path> programs;
    private final RuntimePrograms runtimes;

    /** {@code programs} are the monitors' as they are configured now. */
    public Strays(Linux linux, MonitorPlaces places, Set<Path> programs, RuntimePrograms runtimes) {
        this.runtimes = runtimes;
        this.programs = Set.copyOf(programs);
        this.linux = linux;
        this.processes = new NodeProcesses(linux.processes());
        this.places = places;
        this.files = new MonitorFiles(places);
    }

    /** All monitors of this daemon's that live. */
    public List<Stray> monitors() {
        try {
            List<ProcessIdentity> all = processes.all();
            var found = new ArrayList<Stray>();
            for (ProcessIdentity process : all) {
                List<String> arguments = processes.arguments(process);
                if (after(arguments, "--exit-dir").contains(places.exitDir().toString())
                        && processes.runsHere(process, programs)) {
                    container(arguments)
                            .ifPresent(id ->
                                    found.add(new Stray(id, process, runtime(arguments), childrenOf(process, all))));
                }
            }
            return found;
        } catch (IOException e) {
            throw new CriusException.Failed("look for monitors: " + e, e);
        }
    }

    /** Kills the monitor and removes what it left outside of the container's folders. */
    public void end(Stray stray) {
        try {
            // It leads a session of its own, see Conmon; a number that was given to another process meanwhile is not
            // killed.
            boolean leads = processes
                    .stat(stray.monitor())
                    .filter(stat -> stat.pgrp() == stray.monitor().pid())
                    .isPresent();
            if (leads) {
                linux.processes().kill(-stray.monitor().pid(), SIGKILL);
            }
            processes.signal(stray.monitor(), SIGKILL);
        } catch (IOException e) {
            throw new CriusException.Failed(
                    "end the monitor, " + stray.monitor() + ", of the unknown container " + stray.container() + ": "
                            + e,
                    e);
        }
        forget(stray.container());
    }

    /** Removes what the monitor of a container left outside of the container's folders. Idempotent. */
    public void forget(ContainerId container) {
        try {
            files.removeOutside(container);
        } catch (IOException e) {
            throw new CriusException.Failed("files of the monitor of the unknown container " + container + ": " + e, e);
        }
    }

    private List<ProcessIdentity> childrenOf(ProcessIdentity parent, List<ProcessIdentity> all) {
        return all.stream()
                .filter(process -> processes
                        .stat(process)
                        .filter(stat -> stat.ppid() == parent.pid() && !stat.isDead())
                        .isPresent())
                .toList();
    }

    private static Optional<ContainerId> container(List<String> arguments) {
        try {
            return after(arguments, "-c").stream().findFirst().map(ContainerId::new);
        } catch (CriusException.InvalidArgument _) {
            return Optional.empty();
        }
    }

    private List<String> runtime(List<String> arguments) {
        var runtime = new ArrayList<String>();
        after(arguments, "-r")
                .forEach(word -> runtime.add(runtimes.installed(Path.of(word)).toString()));
        runtime.addAll(after(arguments, "--runtime-arg"));
        return runtime;
    }

    private static List<String> after(List<String> arguments, String option) {
        var values = new ArrayList<String>();
        for (int i = 0; i + 1 < arguments.size(); i++) {
            if (arguments.get(i).equals(option)) {
                values.add(arguments.get(i + 1));
            }
        }
        return values;
    }
}

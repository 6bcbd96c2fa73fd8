package io.crius.runtime.conmon;

import io.crius.cgroup.Cgroups;
import io.crius.linux.ErrnoException;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Timeline;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeHandler.Placement;
import io.crius.runtime.cli.RuntimeMessages;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.runtime.process.NodeProcesses;
import io.crius.runtime.process.OutputPipes;
import io.crius.runtime.process.OutputSink;
import io.crius.runtime.process.PidFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Starts monitors and ends those that went wrong.
 *
 * <p>The monitor waits until it was placed in its cgroup and told to begin, detaches, has the runtime create the container, and
 * says so in one line. Thread-safe; calls block and end early when interrupted.
 */
public final class Conmon {
    private static final int SIGKILL = 9;
    private static final Duration DYING = Duration.ofSeconds(5);

    private final Linux linux;
    private final NodeProcesses processes;
    private final RuntimePrograms programs;
    private final MonitorPlaces places;
    private final Cgroups cgroups;
    private final MonitorFiles files;

    public Conmon(Linux linux, RuntimePrograms programs, MonitorPlaces places, Cgroups cgroups) {
        this.linux = linux;
        this.processes = new NodeProcesses(linux.processes());
        this.programs = programs;
        this.places = places;
        this.cgroups = cgroups;
        this.files = new MonitorFiles(places);
    }

    /** Starts a monitor and puts it into its cgroup, where it waits for {@link #launch}. A failure leaves nothing of it. */
    public WaitingMonitor prepare(ContainerBundle container) {
        cgroups.tree().expectMoves();
        try {
            var waiting = WaitingMonitor.start(
                    linux,
                    container,
                    places,
                    programs.executable(container.handler().path()));
            try {
                place(container, waiting.process().pid());
                return waiting;
            } catch (RuntimeException e) {
                waiting.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed(container, e);
        }
    }

    /**
     * Has the monitor create the container. It is closed afterwards.
     *
     * <p>A failure leaves the monitor and what the runtime made to {@link #end} and the runtime's {@code delete}.
     */
    public RuntimeContainer launch(WaitingMonitor waiting, Deadline deadline) {
        ContainerBundle container = waiting.container();
        try (waiting) {
            waiting.tell();
            try (Timeline.Step step =
                    Timeline.step("monitor " + container.handler().monitor().path() + " begins")) {
                step.process(waiting.process().pid());
                awaitDetached(waiting, deadline);
            }
            try (Timeline.Step step = Timeline.step(container.handler().path() + " create")) {
                find(container.id(), container.folders()).ifPresent(process -> step.process(process.pid()));
                if (!waiting.sync().readUntil(waiting.answer()::hasLine, deadline)) {
                    throw late(container, "the runtime did not answer");
                }
            }
            return created(container, waiting.answer(), waiting.stderr());
        } catch (InterruptedIOException e) {
            throw new CriusException.Cancelled("create container " + container.id() + ": the caller went away", e);
        } catch (IOException e) {
            throw failed(container, e);
        }
    }

    private static CriusException.Failed failed(ContainerBundle container, IOException e) {
        return new CriusException.Failed(
                "create container " + container.id() + ": monitor "
                        + container.handler().monitor().path() + ": " + e.getMessage(),
                e);
    }

    private void place(ContainerBundle container, long pid) {
        Placement placement = container.handler().monitor().options().placement();
        if (placement.equals(Placement.POD)) {
            cgroups.addMonitor(container.cgroupParent(), container.id(), pid);
        } else {
            cgroups.keepMonitor(placement.slice(), container.id(), pid);
        }
    }

    /** Waits for the process that was started; the one that it leaves behind goes on. */
    private static void awaitDetached(WaitingMonitor waiting, Deadline deadline) throws IOException {
        ContainerBundle container = waiting.container();
        try {
            if (!waiting.errors().readUntil(waiting.process().pidfd(), deadline)) {
                waiting.kill();
                throw late(container, "the monitor did not detach");
            }
            waiting.errors().drain();
            Optional<ExitStatus> status = waiting.process().waitFor(DYING);
            if (status.isPresent() && status.get().shellCode() != 0) {
                throw new CriusException.Failed("create container " + container.id() + ": monitor "
                        + container.handler().monitor().path() + " ended with "
                        + status.get().shellCode() + ": "
                        + RuntimeMessages.readable(waiting.stderr().text()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private RuntimeContainer created(ContainerBundle container, OutputSink answer, OutputSink stderr) {
        SyncMessage message = message(container, answer, stderr);
        if (message.pid() <= 0) {
            throw refused(container, message.message().orElse("the runtime gave no reason"));
        }
        ProcessIdentity init = processes
                .identify(message.pid())
                .orElseThrow(() -> new CriusException.Failed("container create failed: the first process "
                        + message.pid() + " of container " + container.id() + " ended before it was started"));
        return new RuntimeContainer(container, init, find(container.id(), container.folders()));
    }

    private static CriusException refused(ContainerBundle container, String said) {
        // Compat: the first words are CRI-O's.
        String message = "container create failed: " + RuntimeMessages.readable(said) + " (container " + container.id()
                + ", runtime " + container.handler().path() + ")";
        return RuntimeMessages.meaning(said) == RuntimeMessages.Meaning.NO_SUCH_COMMAND
                ? new CriusException.InvalidArgument(message)
                : new CriusException.Failed(message);
    }

    /** The monitor of the container while it lives; its pid file may be old, and the number another process's by now. */
    public Optional<ProcessIdentity> find(ContainerId id, ContainerFolders folders) {
        OptionalLong pid = files.monitorPid(folders);
        if (pid.isEmpty()) {
            return Optional.empty();
        }
        Optional<ProcessIdentity> found = processes.identify(pid.getAsLong());
        return found.filter(process -> processes.commandLine(process).contains(id.value()));
    }

    private static SyncMessage message(ContainerBundle container, OutputSink answer, OutputSink stderr) {
        byte[] line = answer.bytes();
        try {
            return SyncMessage.parse(line);
        } catch (CriusException.InvalidArgument e) {
            String what = line.length == 0 ? "the monitor ended without an answer" : e.getMessage();
            String said = RuntimeMessages.readable(stderr.text());
            throw new CriusException.Failed(
                    "create container " + container.id() + ": " + what + (said.isEmpty() ? "" : ": " + said), e);
        }
    }

    private static CriusException late(ContainerBundle container, String what) {
        // Compat: the first words are CRI-O's.
        return new CriusException.DeadlineExceeded("container create timeout: " + what + " in time (container "
                + container.id() + ", runtime " + container.handler().path() + ", handler "
                + container.handler().name() + ")");
    }

    /**
     * Ends the monitor of a creation that failed, with the runtime it may still be running: kills the monitor's process group,
     * and waits until the monitor is gone. Where there is none, nothing happens.
     */
    public void end(ContainerBundle container) throws IOException {
        // Not by its pid file: it may have been killed between detaching and writing that.
        Path program = container.handler().monitor().path();
        for (ProcessIdentity monitor : processes.running(program, container.id().value())) {
            killGroup(monitor);
            if (!awaitEnd(monitor, Deadline.after(DYING))) {
                throw new IOException("the monitor, " + monitor + ", survived a kill");
            }
        }
        collectDead(container);
    }

    private void collectDead(ContainerBundle container) throws IOException {
        OptionalLong pid = files.monitorPid(container.folders());
        Optional<ProcessIdentity> monitor = pid.isPresent() ? processes.identify(pid.getAsLong()) : Optional.empty();
        if (monitor.isPresent() && !processes.isAlive(monitor.get())) {
            awaitEnd(monitor.get(), Deadline.after(Duration.ZERO));
        }
    }

    /** Waits until the monitor has reported the container's end and is gone itself; false after the deadline. */
    public boolean awaitEnd(ProcessIdentity monitor, Deadline deadline) throws IOException {
        try (Fd pidfd = processes.open(monitor).orElse(null)) {
            return pidfd == null || awaitGone(pidfd, deadline);
        }
    }

    /**
     * Kills the container's first process where the monitor is its parent, which proves that the number is still its own.
     *
     * @return whether it was killed, so that the monitor will end soon
     */
    public boolean killInit(ProcessIdentity monitor, ContainerFolders folders) throws ErrnoException {
        OptionalLong pid = PidFile.read(MonitorFiles.initPidFile(folders));
        Optional<ProcessIdentity> init = pid.isPresent() ? processes.identify(pid.getAsLong()) : Optional.empty();
        boolean own = init.flatMap(processes::stat)
                .filter(stat -> stat.ppid() == monitor.pid())
                .isPresent();
        return own && processes.signal(init.get(), SIGKILL);
    }

    private void killGroup(ProcessIdentity monitor) throws ErrnoException {
        // The detached monitor leads a session of its own, in which the runtime and its children run.
        boolean leads = processes
                .stat(monitor)
                .filter(stat -> stat.pgrp() == monitor.pid())
                .isPresent();
        if (leads) {
            linux.processes().kill(-monitor.pid(), SIGKILL);
        }
        processes.signal(monitor, SIGKILL);
    }

    private boolean awaitGone(Fd pidfd, Deadline deadline) throws IOException {
        try (var nothing = new OutputPipes(linux.descriptors())) {
            boolean gone = nothing.readUntil(pidfd, deadline);
            if (gone) {
                // Nobody wants its exit code; a monitor of an earlier daemon is not this one's child, which is fine.
                linux.processes().collect(pidfd);
            }
            return gone;
        }
    }
}

package io.crius.runtime.exec;

import io.crius.cgroup.CgroupTree;
import io.crius.linux.Linux;
import io.crius.model.ByteBudget;
import io.crius.model.CriusException;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.ExecResult;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.runtime.process.PidFile;
import io.crius.streaming.session.StreamRequest.Kind;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Runs commands in containers to their end.
 *
 * <p>Needs {@link io.crius.runtime.process.Orphans}: the command becomes this daemon's child when the runtime that started it
 * ends. Thread-safe; a call blocks until the command has ended or was killed.
 */
public final class ContainerExec {
    private static final System.Logger LOG = System.getLogger(ContainerExec.class.getName());

    /**
     * For the output of all commands that the process runs, whatever their runtime, until they have ended: a twelfth of its heap,
     * which has room for their answers besides. An answer also stays below the 16 MiB that kubelet takes.
     */
    private static final ByteBudget OUTPUT = new ByteBudget(ExecRequest.DEFAULT_MAX_BYTES - (256 << 10));

    private final Linux linux;
    private final RuntimeCommands runtimes;
    private final CgroupTree cgroups;
    private final CommandKiller killer;

    public ContainerExec(Linux linux, RuntimePrograms programs, CgroupTree cgroups) {
        this.linux = linux;
        this.runtimes = new RuntimeCommands(programs);
        this.cgroups = cgroups;
        this.killer = new CommandKiller(linux.processes());
    }

    /** As {@link io.crius.runtime.ContainerRuntime#exec}. */
    public ExecResult run(RuntimeContainer container, ExecRequest request) {
        cgroups.expectMoves();
        try (ExecFiles files = ExecFiles.write(container, request.command(), Kind.PIPES);
                var execution = new Execution(linux, runtimes, killer, OUTPUT, container, request, files)) {
            return execution.run();
        } catch (IOException e) {
            throw new CriusException.Failed("exec in container " + container.id() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Kills the commands that a daemon which died was running in the container: nobody reads their output or waits for them
     * any more. Only for a container in which this daemon runs no command.
     */
    public void killLeftovers(RuntimeContainer container) {
        Path bundle = container.folders().bundle();
        try (DirectoryStream<Path> left = Files.newDirectoryStream(bundle, ExecFiles.PREFIX + "*")) {
            for (Path file : left) {
                if (file.toString().endsWith(ExecFiles.PID_SUFFIX)) {
                    kill(container, PidFile.read(file));
                }
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException _) {
            // the bundle is gone, and the container with it
        } catch (IOException e) {
            throw new CriusException.Failed(
                    "container " + container.id() + ": commands left by an earlier daemon: " + e, e);
        }
    }

    private void kill(RuntimeContainer container, OptionalLong pid) throws IOException {
        if (pid.isPresent() && isIn(container, pid.getAsLong())) {
            LOG.log(
                    Level.INFO,
                    "container " + container.id() + ": killing process " + pid.getAsLong()
                            + ", a command whose caller is gone");
            killer.kill(pid.getAsLong());
        }
    }

    /** Whether the process has the container's root: its number may have been given to another one meanwhile. */
    private static boolean isIn(RuntimeContainer container, long pid) {
        long init = container.init().pid();
        try {
            return pid != init && mountNamespace(pid).equals(mountNamespace(init));
        } catch (IOException e) {
            return false;
        }
    }

    private static Path mountNamespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "mnt"));
    }
}

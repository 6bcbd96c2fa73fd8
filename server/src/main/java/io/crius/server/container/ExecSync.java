package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.server.state.Container;
import io.crius.server.state.Registry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** ExecSync: runs a command in a container and answers with its output. */
public final class ExecSync {
    /** Compat: the exit code and the text by which kubelet knows a command that took too long. */
    private static final int TIMED_OUT = -1;

    private static final byte[] TIMED_OUT_TEXT = "command timed out".getBytes(StandardCharsets.UTF_8);

    /** What the command wrote, at most 16 MiB of each, and how it ended. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    public record Output(byte[] stdout, byte[] stderr, int exitCode) {}

    private final Registry registry;
    private final ContainerProcesses processes;

    public ExecSync(Registry registry, ContainerProcesses processes) {
        this.registry = registry;
        this.processes = processes;
    }

    /**
     * Runs the command as the container's user, without a shell.
     *
     * @param timeout after which the command is killed; empty means the caller's deadline alone
     * @throws CriusException.NotFound where the container does not exist or does not run
     * @throws CriusException.FailedPrecondition where the container is being killed
     */
    public Output run(String idOrPrefix, List<String> command, Optional<Duration> timeout) {
        if (command.isEmpty()) {
            throw new CriusException.InvalidArgument("exec command cannot be empty");
        }
        Container container = registry.container(idOrPrefix);
        return processes
                .execSync(container, command, timeout, Deadline.currentOr(Duration.ofDays(1)))
                .orElseGet(() -> new Output(new byte[0], TIMED_OUT_TEXT.clone(), TIMED_OUT));
    }
}

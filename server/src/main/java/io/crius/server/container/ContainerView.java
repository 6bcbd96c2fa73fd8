package io.crius.server.container;

import io.crius.server.state.Container;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerDefinition.User;
import io.crius.server.state.ContainerState;
import io.crius.server.state.ContainerState.Exit;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.SecurityProfile;
import java.time.Instant;
import java.util.Optional;

/**
 * What a reader sees of a container at one moment: its state in the words of the CRI. Immutable.
 *
 * @param resources the limits in force
 */
public record ContainerView(ContainerDefinition definition, ContainerState state, LinuxResources resources) {
    /** Compat: what CRI-O answers where the exit code could never be learned. */
    private static final int UNKNOWN_EXIT = -1;

    private static final String NOBODY_KNOWS = "Unknown";

    private static final int SIGSYS_CODE = 128 + 31;

    /** The CRI's container states. */
    public enum Phase {
        CREATED,
        RUNNING,
        EXITED,
        UNKNOWN
    }

    public static ContainerView of(Container container) {
        return new ContainerView(container.definition(), container.state(), container.resources());
    }

    public Phase phase() {
        return switch (state) {
            case ContainerState.Created _ -> Phase.CREATED;
            case ContainerState.Running _ -> Phase.RUNNING;
            case ContainerState.Exited _ -> Phase.EXITED;
            case ContainerState.Creating _, ContainerState.Unknown _, ContainerState.Doomed _ -> Phase.UNKNOWN;
        };
    }

    public User user() {
        return switch (state) {
            case ContainerState.Created created -> created.user();
            case ContainerState.Running running -> running.user();
            case ContainerState.Unknown unknown -> unknown.user();
            case ContainerState.Exited exited -> exited.user();
            case ContainerState.Creating _, ContainerState.Doomed _ -> User.NOBODY_YET;
        };
    }

    public Optional<Instant> startedAt() {
        return switch (state) {
            case ContainerState.Running running -> Optional.of(running.startedAt());
            case ContainerState.Unknown unknown -> unknown.startedAt();
            case ContainerState.Exited exited -> exited.startedAt();
            case ContainerState.Created _, ContainerState.Creating _, ContainerState.Doomed _ -> Optional.empty();
        };
    }

    public Optional<Instant> finishedAt() {
        return exit().map(Exit::finishedAt);
    }

    /** The exit code of an ended container, -1 where it could never be learned; 0 while it has not ended. */
    public int exitCode() {
        return exit().map(e -> e.code().orElse(UNKNOWN_EXIT)).orElse(0);
    }

    /** One word for why it ended; empty while it has not, {@code Unknown} while nobody can tell. */
    public String reason() {
        return state instanceof ContainerState.Unknown
                ? NOBODY_KNOWS
                : exit().map(this::reason).orElse("");
    }

    public String message() {
        return state instanceof ContainerState.Unknown unknown
                ? "its state cannot be told: " + unknown.why()
                : exit().map(this::message).orElse("");
    }

    private String message(Exit exit) {
        return exit.message().isEmpty() && isForbidden(exit)
                ? "ended by SIGSYS: a system call that its seccomp profile does not allow"
                : exit.message();
    }

    /** The name of the signal that asks the container to stop, for example SIGTERM. */
    public String stopSignal() {
        return definition.stopSignal();
    }

    private Optional<Exit> exit() {
        return state instanceof ContainerState.Exited exited ? Optional.of(exited.exit()) : Optional.empty();
    }

    /** Kernel: seccomp(2), SECCOMP_RET_KILL ends a process with SIGSYS, which nothing else sends by itself. */
    private boolean isForbidden(Exit exit) {
        boolean confined = definition
                .request()
                .security()
                .seccomp()
                .filter(profile -> profile.kind() != SecurityProfile.Kind.UNCONFINED)
                .isPresent();
        return confined && exit.code().filter(code -> code == SIGSYS_CODE).isPresent();
    }

    private String reason(Exit exit) {
        if (exit.outOfMemory()) {
            return "OOMKilled";
        }
        if (exit.code().isEmpty()) {
            return NOBODY_KNOWS;
        }
        if (isForbidden(exit)) {
            // Compat: CRI-O's words.
            return "seccomp killed";
        }
        return exit.code().get() == 0 ? "Completed" : "Error";
    }
}

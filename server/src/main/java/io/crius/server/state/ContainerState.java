package io.crius.server.state;

import io.crius.runtime.RuntimeContainer;
import java.time.Instant;
import java.util.Optional;

/**
 * The states of a container.
 *
 * <pre>
 *   (plan) Creating ----> Created ----> Running ----> Exited
 *              |             |  \          |            |
 *              |             |   +---------|-> Exited   |
 *              v             v             v            v
 *            Doomed <--------+-------------+------------+  --(everything given back)--> (gone)
 * </pre>
 *
 * <p>A container is visible to the CRI in Created, Running, Exited and Unknown. Unknown takes the place of Created and Running
 * while nobody can tell which of them, or Exited, is true: it leads to each of them, and is never journaled.
 */
public sealed interface ContainerState {
    /** The plan is on disk, resources are being taken. */
    record Creating() implements ContainerState {}

    /** The runtime made the container; its first process waits to be started. */
    record Created(RuntimeContainer runtime, ContainerDefinition.User user) implements ContainerState {}

    /** Started and, as far as anybody saw, not ended. */
    record Running(RuntimeContainer runtime, ContainerDefinition.User user, Instant startedAt)
            implements ContainerState {}

    /**
     * Made, and perhaps started or ended: its journal is damaged, or its runtime contradicts what is seen or cannot be asked.
     *
     * @param runtime empty where the damaged journal does not tell of the first process
     * @param startedAt empty where nobody knows
     * @param why for people
     */
    record Unknown(
            Optional<RuntimeContainer> runtime, ContainerDefinition.User user, Optional<Instant> startedAt, String why)
            implements ContainerState {
        /** In place of a state that is not an end, with what that tells. */
        static Unknown of(ContainerState before, String why) {
            return switch (before) {
                case Creating _ ->
                    new Unknown(Optional.empty(), ContainerDefinition.User.NOBODY_YET, Optional.empty(), why);
                case Created created ->
                    new Unknown(Optional.of(created.runtime()), created.user(), Optional.empty(), why);
                case Running running ->
                    new Unknown(Optional.of(running.runtime()), running.user(), Optional.of(running.startedAt()), why);
                case Unknown unknown -> new Unknown(unknown.runtime(), unknown.user(), unknown.startedAt(), why);
                case Exited _, Doomed _ -> throw new IllegalArgumentException(before + " is known");
            };
        }
    }

    /** Ended. {@code startedAt} is empty where it never started. */
    record Exited(ContainerDefinition.User user, Optional<Instant> startedAt, Exit exit) implements ContainerState {}

    /** Removed or never finished; {@code why} says what could not be given back yet. */
    record Doomed(String why) implements ContainerState {}

    /**
     * How a container ended.
     *
     * @param code exit status, 128+n for signal n; empty where the one who waited died before telling
     * @param message for people: the runtime's error, else empty
     */
    record Exit(Optional<Integer> code, Instant finishedAt, boolean outOfMemory, String message) {}

    /** Whether the CRI may see the container. */
    default boolean visible() {
        return switch (this) {
            case Created _, Running _, Unknown _, Exited _ -> true;
            case Creating _, Doomed _ -> false;
        };
    }

    /** Whether this state may be followed by {@code next}. */
    default boolean mayBecome(ContainerState next) {
        return switch (this) {
            case Creating _ -> next instanceof Created || next instanceof Doomed;
            case Created _ -> !(next instanceof Creating || next instanceof Created);
            case Running _ -> next instanceof Unknown || next instanceof Exited || next instanceof Doomed;
            case Unknown _ -> !(next instanceof Creating);
            case Exited _, Doomed _ -> next instanceof Doomed;
        };
    }

    /** What the runtime made, while its first process may be alive. */
    default Optional<RuntimeContainer> alive() {
        return switch (this) {
            case Created created -> Optional.of(created.runtime());
            case Running running -> Optional.of(running.runtime());
            case Unknown unknown -> unknown.runtime();
            case Creating _, Exited _, Doomed _ -> Optional.empty();
        };
    }

    /** Whether a process of it may be alive, known or not. */
    default boolean mayLive() {
        return this instanceof Unknown || alive().isPresent();
    }
}

package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerFilter;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.ContainerStatusRequest;
import io.crius.cri.v1.ListContainersRequest;
import io.crius.daemon.cli.ctl.line.Durations;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.logs.LogReader;
import io.crius.model.CriusException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Optional;

/** {@code logs}. */
public final class Logs implements CtlCommand {
    private static final int BUFFER = 64 * 1024;

    @Override
    public Usage usage() {
        return Usage.of(
                "logs",
                "CONTAINER-ID",
                "Print the log of a container",
                Flag.on("follow", 'f', "go on while the container runs"),
                Flag.on("previous", 'p', "the log of the attempt before"),
                Flag.number("tail", "only the last N lines"),
                Flag.number("limit-bytes", "no more than N bytes"),
                Flag.text("since", "only what is younger: 42m, 2026-01-02T13:23:37, or seconds since 1970"),
                Flag.on("timestamps", 't', "the time before each line"),
                Flag.on("reopen", 'r', "have the log opened again after its file was moved away, and print nothing"));
    }

    @Override
    public int run(Given given, Session session) throws IOException, InterruptedException {
        String id = given.arguments(1, 1, "one container id is").getFirst();
        if (given.on("reopen")) {
            session.client().containers().reopenLog(id);
            return 0;
        }
        ContainerStatus status = status(session, id);
        if (given.on("previous")) {
            status = status(session, previous(session, status));
        }
        if (status.getLogPath().isEmpty()) {
            throw new CriusException.FailedPrecondition("container " + status.getId() + " was made without a log");
        }
        var wish = new LogReader.Wish(
                given.on("follow"),
                given.number("tail").stream()
                        .boxed()
                        .filter(lines -> lines >= 0)
                        .findFirst(),
                given.text("since").map(Logs::time),
                given.on("timestamps"),
                given.number("limit-bytes").orElse(-1));
        String wholeId = status.getId();
        if (!given.has("tail") && !given.has("since") && !given.has("limit-bytes")) {
            LogBeginning.of(Path.of(status.getLogPath()), status.getStartedAt()).ifPresent(session::warn);
        }
        read(Path.of(status.getLogPath()), wish, session, () -> isRunning(session, wholeId));
        return 0;
    }

    private static void read(
            Path path, LogReader.Wish wish, Session session, java.util.function.BooleanSupplier running)
            throws IOException, InterruptedException {
        try {
            new LogReader(
                            path,
                            wish,
                            new BufferedOutputStream(session.streams().out(), BUFFER),
                            new BufferedOutputStream(session.streams().err(), BUFFER))
                    .read(running);
        } catch (NoSuchFileException e) {
            throw new CriusException.FailedPrecondition(
                    "there is no log file " + path + ": the container has not started, or the log was removed", e);
        }
    }

    private static ContainerStatus status(Session session, String id) {
        return session.reads()
                .containerStatus(
                        ContainerStatusRequest.newBuilder().setContainerId(id).build())
                .getStatus();
    }

    private static boolean isRunning(Session session, String id) {
        try {
            return status(session, id).getState() == ContainerState.CONTAINER_RUNNING;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** The newest older attempt with the same name in the same pod. */
    private static String previous(Session session, ContainerStatus status) {
        var self = ListContainersRequest.newBuilder()
                .setFilter(ContainerFilter.newBuilder().setId(status.getId()))
                .build();
        String pod = session.reads().listContainers(self).getContainersList().stream()
                .findFirst()
                .map(Container::getPodSandboxId)
                .orElse("");
        var siblings = ListContainersRequest.newBuilder()
                .setFilter(ContainerFilter.newBuilder().setPodSandboxId(pod))
                .build();
        return session.reads().listContainers(siblings).getContainersList().stream()
                .filter(other -> other.getMetadata()
                                .getName()
                                .equals(status.getMetadata().getName())
                        && other.getMetadata().getAttempt()
                                < status.getMetadata().getAttempt())
                .max(Comparator.comparingInt(other -> other.getMetadata().getAttempt()))
                .map(Container::getId)
                .orElseThrow(() -> new CriusException.NotFound("no earlier attempt of container "
                        + status.getMetadata().getName() + " is left in its pod"));
    }

    /** Compat: Go's durations back from now, times with or without zone, seconds since 1970. */
    static Instant time(String text) {
        Optional<Instant> parsed = text.matches("\\d+(\\.\\d+)?")
                ? Optional.of(Instant.ofEpochMilli((long) (Double.parseDouble(text) * 1000)))
                : Durations.parse(text).map(age -> Instant.now().minus(age)).or(() -> calendar(text));
        return parsed.orElseThrow(() -> new CriusException.InvalidArgument(
                "--since: \"" + text + "\" is neither an age such as 42m nor a time such as 2026-01-02T13:23:37"));
    }

    private static Optional<Instant> calendar(String text) {
        try {
            if (text.length() == "2026-01-02".length()) {
                return Optional.of(LocalDate.parse(text)
                        .atStartOfDay(ZoneId.systemDefault())
                        .toInstant());
            }
            return Optional.of(
                    text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                            ? OffsetDateTime.parse(text).toInstant()
                            : LocalDateTime.parse(text)
                                    .atZone(ZoneId.systemDefault())
                                    .toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}

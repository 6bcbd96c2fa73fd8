package io.crius.daemon.cli.ctl.container;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.ContainerStatusRequest;
import io.crius.cri.v1.ListContainersRequest;
import io.crius.cri.v1.RemoveContainerRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Each;
import io.crius.daemon.cli.ctl.session.Session;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code rm}. Compat: a container that runs is only removed by force, and its log goes with it. */
public final class RemoveContainers implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "rm",
                "CONTAINER-ID...",
                "Remove containers",
                Flag.on("force", 'f', "also containers that run"),
                Flag.on("keep-logs", 'k', "leave the log and its rotated parts"),
                Flag.on("all", 'a', "all containers"));
    }

    @Override
    public int run(Given given, Session session) {
        return Each.of(ids(given, session), session, "removing container", id -> {
            ContainerStatus status = session.reads()
                    .containerStatus(ContainerStatusRequest.newBuilder()
                            .setContainerId(id)
                            .build())
                    .getStatus();
            if (status.getState() == ContainerState.CONTAINER_RUNNING) {
                stopByForce(given, session, id);
            }
            var _ = session.acts()
                    .removeContainer(RemoveContainerRequest.newBuilder()
                            .setContainerId(id)
                            .build());
            session.say(id);
            if (!given.on("keep-logs") && !status.getLogPath().isEmpty()) {
                removeLogs(session, Path.of(status.getLogPath()));
            }
        });
    }

    private static List<String> ids(Given given, Session session) {
        if (!given.on("all")) {
            return given.some("container id");
        }
        given.none();
        return session.reads().listContainers(ListContainersRequest.getDefaultInstance()).getContainersList().stream()
                .map(Container::getId)
                .toList();
    }

    private static void stopByForce(Given given, Session session, String id) {
        if (!given.on("force")) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("the container runs; stop it first or take --force")
                    .asRuntimeException();
        }
        StopContainers.stop(session, id, 0);
    }

    private static void removeLogs(Session session, Path log) {
        Path folder = log.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        String name = log.getFileName().toString();
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(
                folder,
                file -> file.getFileName().toString().equals(name)
                        || file.getFileName().toString().startsWith(name + "."))) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            session.warn("warning: the log " + log + " is left: " + e);
        }
    }
}

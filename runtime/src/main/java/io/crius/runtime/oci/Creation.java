package io.crius.runtime.oci;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Rollback;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.conmon.Conmon;
import io.crius.runtime.conmon.MonitorFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/** Creates containers, and takes everything back when that fails. */
final class Creation {
    /** What taking back may take: the caller's deadline is often what made the creation fail. */
    private static final Duration TAKING_BACK = Duration.ofSeconds(30);

    private final Conmon conmon;
    private final MonitorFiles files;
    private final Deletion deletion;

    Creation(Conmon conmon, MonitorFiles files, Deletion deletion) {
        this.conmon = conmon;
        this.files = files;
        this.deletion = deletion;
    }

    RuntimeContainer create(ContainerBundle container) {
        RuntimeHandler handler = container.handler();
        Deadline limit = Deadline.after(handler.createTimeout());
        Deadline deadline = limit.earlier(Deadline.currentOr(handler.createTimeout()));
        prepare(container);
        try {
            return conmon.launch(container, deadline);
        } catch (CriusException e) {
            takeBack(container, e);
            throw e;
        }
    }

    private void prepare(ContainerBundle container) {
        try {
            files.makePlaces();
            files.removeAll(container.id(), container.folders());
        } catch (IOException e) {
            throw new CriusException.Failed(
                    "create container " + container.id() + ": prepare the folders of its monitor: " + e, e);
        }
    }

    /** What cannot be taken back joins the error; an interrupt waits until this is done. */
    private void takeBack(ContainerBundle container, CriusException failure) {
        boolean interrupted = Thread.interrupted();
        try (var undo = new Rollback()) {
            undo.onFailure("remove the files of the monitor", () -> {
                files.removeAll(container.id(), container.folders());
                Files.deleteIfExists(container.log().path());
            });
            undo.onFailure("remove what the runtime left", () -> deletion.removeRemains(container));
            undo.onFailure(
                    "delete the container from its runtime",
                    () -> deletion.deleteFromRuntime(container, Deadline.after(TAKING_BACK)));
            undo.onFailure("end the monitor", () -> conmon.end(container));
        } catch (CriusException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

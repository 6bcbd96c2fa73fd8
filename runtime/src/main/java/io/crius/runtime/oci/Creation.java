package io.crius.runtime.oci;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Rollback;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.conmon.Conmon;
import io.crius.runtime.conmon.MonitorFiles;
import io.crius.runtime.conmon.WaitingMonitor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Creates containers, and takes everything back when that fails. */
final class Creation {
    private static final System.Logger LOG = System.getLogger(Creation.class.getName());

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

    /** Starts the monitor on a thread of its own. */
    ContainerRuntime.Creating begin(ContainerBundle container) {
        return new Begun(container);
    }

    private final class Begun implements ContainerRuntime.Creating {
        private final ContainerBundle container;
        private final CompletableFuture<WaitingMonitor> monitor;
        private boolean over;

        private Begun(ContainerBundle container) {
            this.container = container;
            this.monitor = CompletableFuture.supplyAsync(
                    () -> {
                        prepare(container);
                        return conmon.prepare(container);
                    },
                    task -> Thread.ofVirtual().name("start-monitor").start(task));
        }

        @Override
        public RuntimeContainer finish() {
            RuntimeHandler handler = container.handler();
            Deadline limit = Deadline.after(handler.createTimeout());
            Deadline deadline = limit.earlier(Deadline.currentOr(handler.createTimeout()));
            over = true;
            try {
                return conmon.launch(started(), deadline);
            } catch (CriusException e) {
                takeBack(container, e);
                throw e;
            }
        }

        private WaitingMonitor started() {
            try {
                return monitor.join();
            } catch (CompletionException e) {
                // Others are defects of this code.
                throw e.getCause() instanceof CriusException told ? told : e;
            }
        }

        @Override
        public void close() {
            if (over) {
                return;
            }
            over = true;
            try (WaitingMonitor _ = started()) {
                // It has opened the log of a container that there is not going to be.
                Files.deleteIfExists(container.log().path());
            } catch (CriusException | IOException e) {
                LOG.log(Level.WARNING, "give up creating container " + container.id() + ": " + e.getMessage(), e);
            }
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

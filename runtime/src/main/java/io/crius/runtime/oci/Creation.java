package io.crius.runtime.oci;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Rollback;
import io.crius.oci.runtime.RuntimeSpec;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Creates containers, and takes everything back when that fails. */
final class Creation {
    private static final System.Logger LOG = System.getLogger(Creation.class.getName());

    /** What taking back may take: the caller's deadline is often what made the creation fail. */
    private static final Duration TAKING_BACK = Duration.ofSeconds(30);

    private final Conmon conmon;
    private final MonitorFiles files;
    private final Deletion deletion;
    private final CompiledFilters filters;

    Creation(Conmon conmon, MonitorFiles files, Deletion deletion, CompiledFilters filters) {
        this.conmon = conmon;
        this.files = files;
        this.deletion = deletion;
        this.filters = filters;
    }

    /** Starts the monitor on a thread of its own; not a virtual one, since files and cgroups may keep it waiting. */
    ContainerRuntime.Creating begin(ContainerBundle container) {
        return new Begun(container);
    }

    /** Whose the log is that is found at the container's place. */
    private enum Log {
        /** Compat: the log of a container that could not be created goes with it. */
        OWN {
            @Override
            void delete(ContainerBundle container) throws IOException {
                Files.deleteIfExists(container.log().path());
            }
        },
        /** It was there before; perhaps another container writes it. */
        OLDER {
            @Override
            void delete(ContainerBundle container) {}
        };

        abstract void delete(ContainerBundle container) throws IOException;
    }

    private final class Begun implements ContainerRuntime.Creating {
        private final ContainerBundle container;
        private final Log log;
        private final CompletableFuture<WaitingMonitor> monitor;
        private Optional<CompiledFilters.Source> toCompile = Optional.empty();
        private Optional<CompiledFilters.Source> given = Optional.empty();
        private boolean over;

        private Begun(ContainerBundle container) {
            this.container = container;
            this.log = Files.exists(container.log().path()) ? Log.OLDER : Log.OWN;
            this.monitor = CompletableFuture.supplyAsync(
                    () -> {
                        prepare(container);
                        return conmon.prepare(container);
                    },
                    task -> Thread.ofPlatform().daemon().name("start-monitor").start(task));
        }

        @Override
        public RuntimeSpec specification(RuntimeSpec wanted) {
            Optional<CompiledFilters.Source> source = CompiledFilters.source(container.handler(), wanted);
            Optional<String> compiled = source.flatMap(filters::compiled);
            toCompile = compiled.isPresent() ? Optional.empty() : source;
            given = compiled.isPresent() ? source : Optional.empty();
            return compiled.map(filter -> wanted.withAnnotation(CompiledFilters.ANNOTATION, filter))
                    .orElse(wanted);
        }

        @Override
        public RuntimeContainer finish() {
            RuntimeHandler handler = container.handler();
            Deadline limit = Deadline.after(handler.createTimeout());
            Deadline deadline = limit.earlier(Deadline.currentOr(handler.createTimeout()));
            over = true;
            try {
                RuntimeContainer made = conmon.launch(started(deadline), deadline);
                toCompile.ifPresent(source -> filters.learn(source, handler, container.id()));
                return made;
            } catch (CriusException e) {
                if (String.valueOf(e.getMessage()).contains("seccomp")) {
                    given.ifPresent(filters::distrust);
                }
                takeBack(container, log, e);
                throw e;
            }
        }

        private WaitingMonitor started(Deadline deadline) {
            String what = "create container " + container.id() + ": start its monitor";
            try {
                return deadline.get(monitor);
            } catch (ExecutionException e) {
                // Others are defects of this code.
                throw e.getCause() instanceof CriusException told
                        ? told
                        : new IllegalStateException(what, e.getCause());
            } catch (TimeoutException e) {
                giveUp();
                throw new CriusException.DeadlineExceeded(what + ": not done in time", e);
            } catch (InterruptedException e) {
                giveUp();
                Thread.currentThread().interrupt();
                throw new CriusException.Cancelled(what + ": the caller went away", e);
            }
        }

        /** Ends the monitor once it has been started, for which what it leaves has to wait. */
        private void giveUp() {
            boolean interrupted = Thread.interrupted();
            try {
                Deadline.after(TAKING_BACK).get(monitor).close();
            } catch (ExecutionException e) {
                LOG.log(Level.DEBUG, () -> "the monitor of container " + container.id() + ": " + e.getCause());
            } catch (TimeoutException _) {
                endLate();
            } catch (InterruptedException _) {
                interrupted = true;
                endLate();
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /** The caller has its error, and takes for given back what the monitor has not made yet; so it goes with the monitor. */
        private void endLate() {
            var _ = monitor.thenAccept(late -> {
                late.close();
                var failure = new CriusException.Failed(
                        "create container " + container.id() + ": its monitor started after the creation was given up");
                // A later attempt may write the log by now: the place is named after the attempt, not the container.
                takeBack(container, Log.OLDER, failure);
                LOG.log(Level.WARNING, failure.getMessage(), failure);
            });
        }

        @Override
        public void close() {
            if (over) {
                return;
            }
            over = true;
            giveUp();
            try {
                // The monitor has opened the log of a container that there is not going to be.
                log.delete(container);
            } catch (IOException e) {
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
    private void takeBack(ContainerBundle container, Log log, CriusException failure) {
        boolean interrupted = Thread.interrupted();
        try (var undo = new Rollback()) {
            undo.onFailure("remove the files of the monitor", () -> {
                files.removeAll(container.id(), container.folders());
                log.delete(container);
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

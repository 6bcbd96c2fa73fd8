package io.crius.runtime.oci;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.cli.CommandOutcome;
import io.crius.runtime.cli.CommandRunner;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.cli.RuntimeMessages;
import io.crius.runtime.conmon.Conmon;
import io.crius.runtime.conmon.MonitorFiles;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/** Removes containers from their runtime, with what their monitors leave. */
final class Deletion {
    private static final System.Logger LOG = System.getLogger(Deletion.class.getName());

    /** How long a monitor may take to write down the end of a container that was just killed. */
    private static final Duration REPORTING = Duration.ofSeconds(5);

    private final CommandRunner commands;
    private final RuntimeCommands runtimes;
    private final Conmon conmon;
    private final MonitorFiles files;
    private final Remains remains;

    Deletion(CommandRunner commands, RuntimeCommands runtimes, Conmon conmon, MonitorFiles files, Remains remains) {
        this.commands = commands;
        this.runtimes = runtimes;
        this.conmon = conmon;
        this.files = files;
        this.remains = remains;
    }

    /**
     * Compat: runc's {@code delete --force} looks only every 100 ms whether what it killed is dead, so a living
     * container is killed here and reported by its monitor first.
     */
    void delete(ContainerBundle bundle, Deadline deadline) {
        try {
            if (!Files.exists(MonitorFiles.initPidFile(bundle.folders()))) {
                // It was never created; a monitor whose daemon died may be about to.
                conmon.end(bundle);
            }
            Optional<ProcessIdentity> monitor = conmon.find(bundle.id(), bundle.folders());
            if (monitor.isPresent() && conmon.killInit(monitor.get(), bundle.folders())) {
                awaitReport(bundle, monitor.get(), deadline);
            }
            deleteFromRuntime(bundle, deadline);
            if (monitor.isPresent()) {
                awaitReport(bundle, monitor.get(), deadline);
            }
            remains.remove(bundle);
            files.removeOutside(bundle.id());
        } catch (IOException e) {
            throw new CriusException.Failed("delete container " + bundle.id() + ": " + e.getMessage(), e);
        }
    }

    private void awaitReport(ContainerBundle bundle, ProcessIdentity monitor, Deadline deadline) throws IOException {
        if (!conmon.awaitEnd(monitor, Deadline.after(REPORTING).earlier(deadline))) {
            LOG.log(
                    Level.WARNING,
                    "container " + bundle.id() + ": its monitor, " + monitor
                            + ", still runs although the container is dead");
        }
    }

    void deleteFromRuntime(ContainerBundle bundle, Deadline deadline) {
        CommandOutcome outcome = commands.run(
                runtimes.of(bundle.handler(), "delete", "--force", bundle.id().value()), deadline);
        if (!outcome.succeeded() && outcome.meaning() != RuntimeMessages.Meaning.UNKNOWN_CONTAINER) {
            throw new CriusException.Failed("delete container " + bundle.id() + ": "
                    + bundle.handler().path() + " refused: " + RuntimeMessages.readable(outcome.stderr()));
        }
    }

    void removeRemains(ContainerBundle bundle) throws IOException {
        remains.remove(bundle);
    }
}

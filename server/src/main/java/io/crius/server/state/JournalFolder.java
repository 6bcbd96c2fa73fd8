package io.crius.server.state;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.server.journal.Journal;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Reads all journals at start and registers what they tell. A journal that cannot be understood is left where it is and
 * reported: what it describes may be alive, so nothing of it is touched. One that cannot be read is another matter: it may be
 * good, and so may all others on that disk.
 */
public final class JournalFolder {
    private static final System.Logger LOG = System.getLogger(JournalFolder.class.getName());

    private final Registry registry;
    private final RequestDecoder decoder;

    public JournalFolder(Registry registry, RequestDecoder decoder) {
        this.registry = registry;
        this.decoder = decoder;
    }

    /**
     * Registers every pod and container with the state that its journal ends with; the folders of all pods at the same time.
     *
     * @throws CriusException.Failed where a folder cannot be listed or a journal cannot be read: to go on without its pods would
     *     be to lose them
     */
    public void restore() throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> folders = list(registry.podsFolder()).stream()
                    .<Callable<Boolean>>map(folder -> () -> restoreFolder(folder))
                    .toList();
            for (Future<Boolean> folder : threads.invokeAll(folders)) {
                var _ = folder.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CriusException known
                    ? known
                    : new CriusException.Failed("journals in " + registry.podsFolder() + ": " + e.getCause(), e);
        }
    }

    private boolean restoreFolder(Path folder) {
        list(folder).forEach(this::restoreOrReport);
        deleteIfEmpty(folder);
        return true;
    }

    /** The daemon died between the last journal of a pod and its folder, or between the folder and the first journal. */
    private static void deleteIfEmpty(Path folder) {
        try {
            if (Files.isDirectory(folder)) {
                Files.deleteIfExists(folder);
            }
        } catch (DirectoryNotEmptyException _) {
            // Journals are in it.
            return;
        } catch (IOException e) {
            LOG.log(WARNING, () -> "removing the empty folder " + folder + ": " + e);
        }
    }

    private void restoreOrReport(Path file) {
        try {
            restore(file);
        } catch (CriusException.Failed e) {
            // The disk's failure, not the journal's.
            throw new CriusException.Failed(
                    e.getMessage() + "; what it describes may be alive, so the daemon does not start without it:"
                            + " make it readable, or move it away to give up what it describes",
                    e);
        } catch (RuntimeException e) {
            registry.quarantine(Quarantined.of(file, String.valueOf(e.getMessage())));
            LOG.log(
                    ERROR,
                    () -> "journal " + file + " is set aside: " + e.getMessage() + "; what it describes is left alone");
            if (Quarantined.isOfContainer(file)) {
                showUnknown(file, String.valueOf(e.getMessage()));
            }
        }
    }

    /** A container that the journal describes in spite of its damage is shown, so that it can be stopped and removed. */
    private void showUnknown(Path file, String why) {
        try {
            Journal.Opened opened = Journal.setAside(file);
            if (!opened.records().isEmpty()) {
                registry.add(unknown(opened, why));
            }
        } catch (CriusException.Failed e) {
            throw e;
        } catch (RuntimeException e) {
            // Whatever a decoder says of words that it does not know.
            LOG.log(ERROR, () -> "journal " + file + " does not even say what it describes: " + e.getMessage());
        }
    }

    /** Of what later records say only those count that whoever wrote them was sure of. */
    private Container unknown(Journal.Opened opened, String why) {
        ContainerDefinition definition =
                ContainerCodec.definition(opened.records().getFirst(), decoder);
        if (!opened.journal().file().equals(registry.fileOf(definition))) {
            throw new CriusException.DataLoss(
                    "it describes container " + definition.id() + " of pod " + definition.pod());
        }
        ContainerState last = new ContainerState.Creating();
        for (String record : opened.records().subList(1, opened.records().size())) {
            if (!ResourcesCodec.isResources(record)) {
                last = ContainerCodec.state(record);
            }
        }
        boolean over = last instanceof ContainerState.Exited || last instanceof ContainerState.Doomed;
        ContainerState state = over ? last : ContainerState.Unknown.of(last, "its journal is damaged: " + why);
        return new Container(definition, state, definition.request().resources(), registry.keeping(opened.journal()));
    }

    private void restore(Path file) {
        if (Journal.isAside(file)) {
            discard(file);
            return;
        }
        Journal.Opened opened = Journal.open(file);
        List<String> records = opened.records();
        if (records.isEmpty()) {
            LOG.log(INFO, () -> "journal " + file + " was never finished: nothing had been taken yet");
            opened.journal().delete();
            return;
        }
        String first = records.getFirst();
        if (file.getFileName().toString().equals(Quarantined.POD_JOURNAL)) {
            registry.add(pod(opened.journal(), first, records.subList(1, records.size())));
        } else {
            registry.add(container(opened.journal(), first, records.subList(1, records.size())));
        }
    }

    private static void discard(Path aside) {
        try {
            Files.deleteIfExists(aside);
        } catch (IOException e) {
            LOG.log(WARNING, () -> "removing " + aside + ": " + e);
        }
    }

    /** The newest state and the newest limits count, whichever was written last. */
    private Pod pod(Journal journal, String first, List<String> later) {
        PodDefinition definition = PodCodec.definition(first, decoder);
        PodState state = new PodState.Creating();
        PodLimits limits = definition.request().limits();
        for (String record : later) {
            if (PodCodec.isLimits(record)) {
                limits = PodCodec.readLimits(record);
            } else {
                state = PodCodec.state(record);
            }
        }
        return new Pod(definition, state, limits, registry.keeping(journal));
    }

    private Container container(Journal journal, String first, List<String> later) {
        ContainerDefinition definition = ContainerCodec.definition(first, decoder);
        ContainerState state = new ContainerState.Creating();
        LinuxResources resources = definition.request().resources();
        for (String record : later) {
            if (ResourcesCodec.isResources(record)) {
                resources = ResourcesCodec.read(record);
            } else {
                state = ContainerCodec.state(record);
            }
        }
        return new Container(definition, state, resources, registry.keeping(journal));
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new CriusException.Failed("journals in " + folder + ": " + e, e);
        }
    }
}

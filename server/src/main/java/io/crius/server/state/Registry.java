package io.crius.server.state;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.model.Ticker;
import io.crius.server.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * All pods and containers of the daemon, and the folder that keeps their journals. Thread-safe; reads never wait.
 *
 * <p>A pod or container that is not visible (being created, or doomed) is found only by the methods that say so.
 */
public final class Registry {
    private static final System.Logger LOG = System.getLogger(Registry.class.getName());

    private final Path podsFolder;
    private final Ticker ticker;
    private final Relay transitions = new Relay();
    private final IdIndex<Pod> pods = new IdIndex<>("pod");
    private final IdIndex<Container> containers = new IdIndex<>("container");
    private final List<Quarantined> quarantined = new CopyOnWriteArrayList<>();

    /** {@code podsFolder} holds one folder per pod. */
    public Registry(Path podsFolder) {
        this(podsFolder, Ticker.system());
    }

    /** As the other one; those who ask objects for changes wait by {@code ticker}. */
    public Registry(Path podsFolder, Ticker ticker) {
        this.podsFolder = podsFolder;
        this.ticker = ticker;
    }

    /** From now on {@code listener} hears of every change. */
    public void listen(Transitions listener) {
        transitions.listeners.add(listener);
    }

    Keeping keeping(Journal journal) {
        return new Keeping(journal, transitions, ticker);
    }

    /**
     * Writes the definition with the plan of all resources, and the request as it came on the wire, and registers the
     * pod as being created.
     */
    public Pod plan(PodDefinition definition, byte[] wire) {
        Journal journal = Journal.create(podFile(definition.id()), PodCodec.definition(definition, wire));
        var creating = new PodState.Creating();
        return add(new Pod(definition, creating, definition.request().limits(), keeping(journal)));
    }

    /** Writes the definition and registers the container as being created. */
    public Container plan(ContainerDefinition definition, byte[] wire) {
        Journal journal = Journal.create(
                containerFile(definition.pod(), definition.id()), ContainerCodec.definition(definition, wire));
        return add(new Container(
                definition, new ContainerState.Creating(), definition.request().resources(), keeping(journal)));
    }

    Pod add(Pod pod) {
        pods.add(pod.id().value(), pod);
        return pod;
    }

    Container add(Container container) {
        containers.add(container.id().value(), container);
        return container;
    }

    /** Remembers a journal that cannot be understood. */
    void quarantine(Quarantined journal) {
        quarantined.add(journal);
    }

    /** The journals that cannot be understood; what they describe is left alone. */
    public List<Quarantined> quarantined() {
        return List.copyOf(quarantined);
    }

    /** Forgets a container whose resources are all given back. Idempotent. */
    public void forget(Container container) {
        container.erase();
        quarantined.removeIf(journal -> journal.object().equals(container.id().value()));
        containers.remove(container.id().value());
        transitions.forgotten(container);
        PodId pod = container.definition().pod();
        if (!has(pod)) {
            // The pod went first and left its folder to this journal.
            deleteIfEmpty(podsFolder.resolve(pod.value()));
        }
    }

    /** Forgets a pod whose resources are all given back, together with its folder. Idempotent. */
    public void forget(Pod pod) {
        Path folder = podsFolder.resolve(pod.id().value());
        pod.erase();
        // Who finds the pod gone finds its folder gone, too; a container that is forgotten meanwhile may have kept it.
        deleteIfEmpty(folder);
        pods.remove(pod.id().value());
        transitions.forgotten(pod);
        deleteIfEmpty(folder);
    }

    private static void deleteIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // A container of this pod could not be given back yet; its journal keeps the folder.
            LOG.log(DEBUG, () -> folder + " stays: a container journal is in it");
        } catch (IOException e) {
            LOG.log(WARNING, () -> "removing the empty folder " + folder + ": " + e + "; the next start removes it");
        }
    }

    /**
     * The pods of which there is a journal, also one that cannot be read: what they hold is not for anybody to sweep away. Blocks
     * on the disk.
     */
    public Set<PodId> knownPods() {
        var known = new HashSet<PodId>();
        everyPod().forEach(pod -> known.add(pod.id()));
        try (Stream<Path> folders = Files.list(podsFolder)) {
            folders.forEach(folder -> PodId.naming(folder).ifPresent(known::add));
        } catch (NoSuchFileException _) {
            // No pod was ever made.
            return known;
        } catch (IOException | UncheckedIOException e) {
            throw new CriusException.Failed("list the journals in " + podsFolder + ": " + e, e);
        }
        return known;
    }

    /** As {@link #knownPods}, for containers. */
    public Set<ContainerId> knownContainers() {
        var known = new HashSet<ContainerId>();
        everyContainer().forEach(container -> known.add(container.id()));
        try (Stream<Path> files = Files.walk(podsFolder, 2)) {
            files.forEach(file -> containerOf(file).ifPresent(known::add));
        } catch (NoSuchFileException _) {
            // A pod that was removed meanwhile; of what is left of it, the next look tells.
            return known;
        } catch (IOException | UncheckedIOException e) {
            throw new CriusException.Failed("list the journals in " + podsFolder + ": " + e, e);
        }
        return known;
    }

    private static Optional<ContainerId> containerOf(Path journal) {
        String name = String.valueOf(journal.getFileName());
        try {
            return name.endsWith(Quarantined.SUFFIX)
                    ? Optional.of(new ContainerId(name.substring(0, name.length() - Quarantined.SUFFIX.length())))
                    : Optional.empty();
        } catch (CriusException.InvalidArgument _) {
            return Optional.empty();
        }
    }

    /** Whether the pod is registered, in whatever state. */
    public boolean has(PodId id) {
        return pods.find(id.value(), _ -> true).isPresent();
    }

    /** All pods that the CRI may see. */
    public Stream<Pod> pods() {
        return pods.all().stream().filter(pod -> pod.state().visible());
    }

    /** All containers that the CRI may see. */
    public Stream<Container> containers() {
        return containers.all().stream().filter(container -> container.state().visible());
    }

    /** All pods, also those being created and the doomed ones. */
    public List<Pod> everyPod() {
        return List.copyOf(pods.all());
    }

    /** All containers, also those being created and the doomed ones. */
    public List<Container> everyContainer() {
        return List.copyOf(containers.all());
    }

    /** The visible containers of a pod. */
    public List<Container> containersOf(PodId pod) {
        return containers().filter(c -> c.definition().pod().equals(pod)).toList();
    }

    /** The containers of a pod in whatever state. */
    public List<Container> everyContainerOf(PodId pod) {
        return containers.all().stream()
                .filter(c -> c.definition().pod().equals(pod))
                .toList();
    }

    /** Finds a visible pod by id or unique prefix. */
    public Optional<Pod> findPod(String idOrPrefix) {
        return pods.find(idOrPrefix, pod -> pod.state().visible());
    }

    /** Finds a visible container by id or unique prefix. */
    public Optional<Container> findContainer(String idOrPrefix) {
        return containers.find(idOrPrefix, container -> container.state().visible());
    }

    /** As {@link #findPod}, for calls that need the pod. */
    public Pod pod(String idOrPrefix) {
        return findPod(idOrPrefix)
                .orElseThrow(() ->
                        new CriusException.NotFound("could not find pod \"" + idOrPrefix + "\": ID does not exist"));
    }

    /** As {@link #findContainer}, for calls that need the container. */
    public Container container(String idOrPrefix) {
        return findContainer(idOrPrefix)
                .orElseThrow(() -> new CriusException.NotFound(
                        "could not find container \"" + idOrPrefix + "\": ID does not exist"));
    }

    /** Any registered pod by its whole id. */
    public Optional<Pod> any(PodId id) {
        return pods.find(id.value(), _ -> true);
    }

    /** Any registered container by its whole id. */
    public Optional<Container> any(ContainerId id) {
        return containers.find(id.value(), _ -> true);
    }

    /** The visible pod with this name. */
    public Optional<Pod> podNamed(String uniqueName) {
        return pods().filter(pod -> pod.definition().name().unique().equals(uniqueName))
                .findFirst();
    }

    /** The visible container with this name. */
    public Optional<Container> containerNamed(String uniqueName) {
        return containers()
                .filter(c -> c.definition().uniqueName().equals(uniqueName))
                .findFirst();
    }

    /** Where the journals are: what tells this daemon's containers in a store from those of others. */
    public Path podsFolder() {
        return podsFolder;
    }

    private Path podFile(PodId id) {
        return podsFolder.resolve(id.value()).resolve(Quarantined.POD_JOURNAL);
    }

    /** Where the container's journal is. */
    Path fileOf(ContainerDefinition container) {
        return containerFile(container.pod(), container.id()).toAbsolutePath();
    }

    private Path containerFile(PodId pod, ContainerId id) {
        return podsFolder.resolve(pod.value()).resolve(id.value() + Quarantined.SUFFIX);
    }

    /** Passes everything on to all who listen. */
    private static final class Relay implements Transitions {
        private final List<Transitions> listeners = new CopyOnWriteArrayList<>();

        @Override
        public void changed(Container container, ContainerState before, ContainerState now) {
            listeners.forEach(listener -> listener.changed(container, before, now));
        }

        @Override
        public void forgotten(Container container) {
            listeners.forEach(listener -> listener.forgotten(container));
        }

        @Override
        public void changed(Pod pod, PodState before, PodState now) {
            listeners.forEach(listener -> listener.changed(pod, before, now));
        }

        @Override
        public void forgotten(Pod pod) {
            listeners.forEach(listener -> listener.forgotten(pod));
        }
    }
}

package io.crius.server.cpu;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CpuSet;
import io.crius.linux.AtomicFiles;
import io.crius.linux.FileMode;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Changes the node for containers that have CPUs to themselves, and changes it back. Thread-safe by one lock, held while files of
 * the kernel are written and irqbalance is told.
 *
 * <p>On disk: one file in its folder for each container that something is changed for, written before the change.
 */
public final class CpuIsolation {
    private static final System.Logger LOG = System.getLogger(CpuIsolation.class.getName());
    private static final String SUFFIX = ".json";

    /**
     * A container that wishes something.
     *
     * @param cpus that it has to itself
     * @param cgroup of the container
     * @param pod the cgroup of its pod
     */
    public record Subject(ContainerId id, CpuSet cpus, CpuWishes wishes, CgroupPath cgroup, Optional<CgroupPath> pod) {}

    /** The parts of the node that are changed. */
    public record Node(NodeCpus cpus, NodeInterrupts interrupts, CgroupTree cgroups, AtomicFiles files) {}

    private final Path folder;
    private final Node node;
    private final ReentrantLock lock = new ReentrantLock();

    /** Changed under the lock only. */
    private final Map<ContainerId, CpuRecord> records = new ConcurrentHashMap<>();

    private CpuIsolation(Path folder, Node node) {
        this.folder = folder;
        this.node = node;
    }

    /** Reads what earlier daemons have changed. {@code folder} is the daemon's own, on a file system that a reboot empties. */
    public static CpuIsolation open(Path folder, Node node) {
        var isolation = new CpuIsolation(folder, node);
        isolation.load();
        return isolation;
    }

    private void load() {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                load(file);
            }
        } catch (NoSuchFileException _) {
            // Nothing was ever changed.
            return;
        } catch (IOException e) {
            throw new CriusException.Failed("CPUs of containers, in " + folder + ": " + e, e);
        }
    }

    private void load(Path file) throws IOException {
        String name = Objects.requireNonNull(file.getFileName()).toString();
        try {
            if (name.endsWith(SUFFIX)) {
                records.put(
                        new ContainerId(name.substring(0, name.length() - SUFFIX.length())),
                        CpuRecord.parse(Files.readAllBytes(file), file.toString()));
            }
        } catch (CriusException e) {
            LOG.log(
                    WARNING,
                    () -> file + " is left alone, and so are the settings of CPUs that it tells of: " + e.getMessage());
        }
    }

    /** The containers that something is changed for. */
    public Set<ContainerId> subjects() {
        return Set.copyOf(records.keySet());
    }

    /** CPUs of a container that serve interrupts although the others do not: the first with its siblings. */
    public CpuSet housekeeping(CpuSet cpus) {
        int first = cpus.stream().findFirst().orElseThrow();
        CpuSet siblings = node.cpus().siblings(first);
        return cpus.without(cpus.without(siblings));
    }

    /**
     * Changes the node for a container that is about to start. May be repeated. What was changed before an error is
     * changed back by {@link #end}.
     */
    public void begin(Subject subject) {
        lock.lock();
        try {
            CpuRecord record = record(subject);
            write(subject.id(), record);
            records.put(subject.id(), record);
            apply(subject, record);
        } finally {
            lock.unlock();
        }
    }

    private CpuRecord record(Subject subject) {
        CpuWishes wishes = subject.wishes();
        CpuSet wanted = switch (wishes.interrupts()) {
            case ALL -> CpuSet.EMPTY;
            case NONE -> subject.cpus();
            case HOUSEKEEPING -> subject.cpus().without(housekeeping(subject.cpus()));
        };
        CpuSet isolated = wishes.balancing() == CpuWishes.Balancing.OFF ? subject.cpus() : CpuSet.EMPTY;
        Map<Path, String> originals = new LinkedHashMap<>();
        changes(subject).keySet().forEach(file -> originals.put(file, original(file)));
        return new CpuRecord(silent(wanted), isolated, subject.cgroup(), originals);
    }

    /** What the node does not do already, but for other containers. */
    private SilentCpus silent(CpuSet wanted) {
        if (wanted.isEmpty()) {
            return SilentCpus.NONE;
        }
        return node.interrupts().change(wanted).and(silent().among(wanted));
    }

    private SilentCpus silent() {
        return records.values().stream().map(CpuRecord::silent).reduce(SilentCpus.NONE, SilentCpus::and);
    }

    /** Who else has changed the file knows what it was: a container that ended may not have been changed back yet. */
    private String original(Path file) {
        return records.values().stream()
                .flatMap(other -> Optional.ofNullable(other.originals().get(file)).stream())
                .findFirst()
                .orElseGet(() -> NodeCpus.read(file));
    }

    private Map<Path, String> changes(Subject subject) {
        Map<Path, String> changes = new LinkedHashMap<>();
        for (int cpu : subject.cpus().stream().toArray()) {
            subject.wishes()
                    .latency()
                    .ifPresent(value -> changes.put(node.cpus().latency(cpu), value));
            subject.wishes()
                    .governor()
                    .ifPresent(value -> changes.put(node.cpus().governor(cpu, value), value));
        }
        return changes;
    }

    private void apply(Subject subject, CpuRecord record) {
        if (subject.wishes().quota() == CpuWishes.Quota.LIFTED) {
            // Kernel: on v1 a cgroup may have no more than its parent.
            subject.pod().ifPresent(node.cgroups()::liftCpuQuota);
            node.cgroups().liftCpuQuota(subject.cgroup());
        }
        if (!record.isolated().isEmpty()) {
            node.cgroups().isolate(record.cgroup(), record.isolated());
        }
        changes(subject).forEach(NodeCpus::write);
        if (!record.silent().isEmpty()) {
            node.interrupts().ban(record.silent());
        }
    }

    /**
     * Changes back what was changed for a container, but for what others need still. Idempotent; nothing for a container
     * that wished nothing.
     */
    public void end(ContainerId id) {
        if (!records.containsKey(id)) {
            return;
        }
        lock.lock();
        try {
            CpuRecord record = records.remove(id);
            if (record != null) {
                changeBack(id, record);
            }
        } finally {
            lock.unlock();
        }
    }

    private void changeBack(ContainerId id, CpuRecord record) {
        try {
            SilentCpus silent = record.silent().without(silent());
            if (!silent.isEmpty()) {
                node.interrupts().allow(silent);
            }
            record.originals().forEach(this::changeBack);
            if (!record.isolated().isEmpty()) {
                node.cgroups().endIsolation(record.cgroup(), record.isolated().without(isolated()));
            }
            Files.deleteIfExists(file(id));
        } catch (IOException | RuntimeException e) {
            records.put(id, record);
            throw new CriusException.Failed("CPUs of container " + id + " as they were before: " + e.getMessage(), e);
        }
    }

    private CpuSet isolated() {
        return records.values().stream().map(CpuRecord::isolated).reduce(CpuSet.EMPTY, CpuSet::and);
    }

    private void changeBack(Path file, String original) {
        boolean isWantedByOthers =
                records.values().stream().anyMatch(other -> other.originals().containsKey(file));
        if (!isWantedByOthers && Files.exists(file)) {
            NodeCpus.write(file, original);
        }
    }

    private void write(ContainerId id, CpuRecord record) {
        try {
            Files.createDirectories(folder);
            node.files().write(file(id), record.toBytes(), FileMode.PRIVATE);
        } catch (IOException e) {
            throw new CriusException.Failed("CPUs of container " + id + ": " + file(id) + ": " + e, e);
        }
    }

    private Path file(ContainerId id) {
        return folder.resolve(id + SUFFIX);
    }
}

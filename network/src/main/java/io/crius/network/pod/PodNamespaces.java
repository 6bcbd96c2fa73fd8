package io.crius.network.pod;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.KernelFeatures;
import io.crius.linux.NamespaceKind;
import io.crius.linux.Namespaces;
import io.crius.linux.PinRequest;
import io.crius.linux.StatFs;
import io.crius.model.Attempts;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes, finds and gives back the pinned namespaces of pods below one directory.
 *
 * <p>Thread-safe between pods; calls for one pod are serialised by the caller.
 */
public final class PodNamespaces {
    private final Path directory;
    private final Namespaces namespaces;
    private final KernelFeatures features;

    public PodNamespaces(Path directory, Namespaces namespaces, KernelFeatures features) {
        this.directory = directory;
        this.namespaces = namespaces;
        this.features = features;
    }

    /** Where the pod's namespaces would be pinned. Touches nothing: journal the answer, then {@link #create} it. */
    public PodPins plan(PodId pod, Set<PodNamespace> kinds) {
        var paths = new EnumMap<PodNamespace, Path>(PodNamespace.class);
        for (PodNamespace kind : kinds) {
            paths.put(kind, directory.resolve(kind.folder()).resolve(pod.value()));
        }
        return new PodPins(pod, paths);
    }

    /**
     * Makes the namespaces, writes the settings, brings loopback up and pins them. After a failure nothing of the plan is
     * left, or the failure's suppressed errors say what is; {@link #release} may be repeated in any case.
     */
    public void create(PodPins pins, NamespaceSettings settings) {
        if (pins.paths().isEmpty()) {
            return;
        }
        try {
            for (Path pin : pins.paths().values()) {
                Files.createDirectories(pin.getParent());
            }
            namespaces.pin(new PinRequest(kinds(pins), settings.maps(), settings.sysctls(), settings.hostname()));
        } catch (IOException e) {
            var failure = new CriusException.Failed(
                    "make the namespaces of pod " + pins.pod().abbreviated() + ": " + e.getMessage(), e);
            releaseAfter(failure, pins);
            throw failure;
        }
    }

    /** Unpins whatever of the plan exists. Idempotent; goes on through errors and throws them together at the end. */
    public void release(PodPins pins) {
        var releases = new Attempts();
        for (Path pin : pins.paths().values()) {
            releases.make("release namespace pin " + pin, () -> namespaces.unpin(pin));
        }
        releases.throwFailures();
    }

    /** Whether the path is a live namespace: a mount of the kernel's nsfs, not just the file that a reboot leaves behind. */
    public boolean isLive(Path pin) {
        try {
            return features.statFs(pin).type() == StatFs.NSFS;
        } catch (IOException e) {
            if (e instanceof ErrnoException refused
                    && (refused.errno() == Errno.ENOENT || refused.errno() == Errno.ENOTDIR)) {
                return false;
            }
            throw new CriusException.Failed("look at namespace pin " + pin + ": " + e.getMessage(), e);
        }
    }

    /** The processes that are in one of the pinned namespaces; none where a pin is stale. Looks at all processes of the node. */
    public List<Long> users(PodPins pins) {
        return NamespaceUsers.of(pins.paths().entrySet().stream()
                .filter(pin -> isLive(pin.getValue()))
                .toList());
    }

    /**
     * All pins below the directory whose names are pod ids, live or stale, by pod: what a sweep at start looks at. Pins with other
     * names (CRI-O's uuids, {@code ip netns}) belong to somebody else.
     */
    public List<PodPins> existing() {
        var found = new TreeMap<PodId, Map<PodNamespace, Path>>();
        for (PodNamespace kind : PodNamespace.values()) {
            for (Path pin : pinsIn(directory.resolve(kind.folder()))) {
                PodId.naming(pin)
                        .ifPresent(pod -> found.computeIfAbsent(pod, _ -> new EnumMap<>(PodNamespace.class))
                                .put(kind, pin));
            }
        }
        var pins = new ArrayList<PodPins>();
        found.forEach((pod, paths) -> pins.add(new PodPins(pod, paths)));
        return List.copyOf(pins);
    }

    private void releaseAfter(CriusException failure, PodPins pins) {
        try {
            release(pins);
        } catch (CriusException.Failed e) {
            failure.addSuppressed(e);
        }
    }

    private static Map<NamespaceKind, Path> kinds(PodPins pins) {
        var kinds = new EnumMap<NamespaceKind, Path>(NamespaceKind.class);
        pins.paths().forEach((namespace, path) -> kinds.put(namespace.kind(), path));
        return kinds;
    }

    private static List<Path> pinsIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new CriusException.Failed("list namespace pins in " + folder + ": " + e.getMessage(), e);
        }
    }
}

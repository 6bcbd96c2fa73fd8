package io.crius.server.node;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.config.HandlerTable;
import io.crius.model.CriusException;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.probe.Finding;
import io.crius.runtime.probe.NodeRuntimes;
import io.crius.runtime.probe.RuntimeFeatures;
import io.crius.server.annotation.AnnotationRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The OCI runtimes that pods may choose from, by name; the empty name is the default one. Thread-safe.
 *
 * <p>Which of them works is found out beside the start of the daemon: {@link #named} waits for that, the other methods do
 * not. The default one comes first, then the others, one after the other. Compat: Status lists every handler of the
 * configuration: kubelet refuses pods of a handler that it has not seen there.
 */
public final class Handlers implements RuntimeHandlers, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Handlers.class.getName());

    /** A handler and what it can do; nothing as long as it is being probed, or where it does not work. */
    public record Known(String name, RuntimeFeatures features) {}

    /** A trial takes a fraction of a second; a runtime that hangs is given up. */
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

    private final Map<String, HandlerTable> configured;
    private final Thread probing;
    private volatile boolean closing;
    private final CompletableFuture<NodeRuntimes> runtimes = new CompletableFuture<>();

    /** {@code configured} are all handlers by name, {@code probe} may take long; it is not called here. */
    public Handlers(Map<String, HandlerTable> configured, Supplier<NodeRuntimes> probe) {
        this.configured = Map.copyOf(configured);
        this.probing = Thread.ofVirtual().name("probe-runtimes").unstarted(() -> find(probe));
    }

    /** Begins to find out. */
    public void probe() {
        probing.start();
    }

    private void find(Supplier<NodeRuntimes> probe) {
        try {
            NodeRuntimes found = probe.get();
            LOG.log(INFO, found::sentence);
            runtimes.complete(found);
            probeOthers(found);
        } catch (RuntimeException e) {
            LOG.log(ERROR, e::getMessage);
            runtimes.completeExceptionally(e);
        }
    }

    private void probeOthers(NodeRuntimes found) {
        try {
            for (String name : new TreeSet<>(configured.keySet())) {
                if (closing) {
                    return;
                }
                found.probe(name);
                if (found.known(name).orElse(null) instanceof Finding.Unusable unusable) {
                    LOG.log(INFO, () -> "runtime handler " + unusable.sentence());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public RuntimeHandler named(String name) {
        return found().handler(name).handler();
    }

    @Override
    public HandlerRules rules(String name) {
        Finding.Working working = found().handler(name);
        HandlerTable table = configured.get(working.name());
        if (table == null) {
            return HandlerRules.NONE;
        }
        var platforms = new HashMap<String, Path>();
        table.platformRuntimePaths().forEach((platform, path) -> platforms.put(platform, Path.of(path)));
        return new HandlerRules(
                table.containerMinMemory(),
                new HandlerRules.MountSupport(
                        working.features().recursiveReadOnlyMounts(),
                        working.features().idMappedMounts()),
                table.privilegedWithoutHostDevices()
                        ? HandlerRules.PrivilegedDevices.NONE
                        : HandlerRules.PrivilegedDevices.ALL,
                table.seccompProfile(),
                new AnnotationRules(Set.copyOf(table.allowedAnnotations()), table.defaultAnnotations()),
                platforms,
                table.execCpuAffinity());
    }

    private NodeRuntimes found() {
        try {
            return runtimes.join();
        } catch (CompletionException e) {
            throw new CriusException.FailedPrecondition(String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        }
    }

    /** All handlers of the configuration, with what is known of them already. */
    public List<Known> all() {
        return new TreeSet<>(configured.keySet())
                .stream().map(name -> new Known(name, features(name))).toList();
    }

    private RuntimeFeatures features(String name) {
        boolean known = runtimes.isDone() && !runtimes.isCompletedExceptionally();
        return known && runtimes.join().known(name).orElse(null) instanceof Finding.Working working
                ? working.features()
                : RuntimeFeatures.UNTOLD;
    }

    /** The handler of pods that name none, where it is known already. */
    public Optional<Known> defaultHandler() {
        if (!runtimes.isDone() || runtimes.isCompletedExceptionally()) {
            return Optional.empty();
        }
        Finding.Working standard = runtimes.join().standard();
        return Optional.of(new Known(standard.name(), standard.features()));
    }

    /** Why no container can be made; empty where one can, or where that is being found out. */
    public Optional<String> problem() {
        return runtimes.isCompletedExceptionally()
                ? Optional.of(String.valueOf(runtimes.exceptionNow().getMessage()))
                : Optional.empty();
    }

    /** Waits until what the trial of the runtimes made is gone; not for long, and not where the thread is interrupted. */
    @Override
    public void close() {
        closing = true;
        try {
            if (!probing.join(LONGEST_CLOSE)) {
                LOG.log(WARNING, "the trial of the OCI runtimes has not ended; what it made may be left");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.KeyedLocks;
import io.crius.model.PodId;
import io.crius.network.cni.AttachmentCache.Entry;
import io.crius.network.cni.NetworkMonitor.View;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Gives back attachments that nobody owns any more.
 *
 * <p>The cache is shared with other runtimes on the node (podman, containerd). Only what a CRI runtime made, what no known
 * pod has, and whose namespace is gone counts as garbage; everything else is reported to the plugins as valid.
 */
final class GarbageCollector {
    /** How a pod is locked while it is detached. */
    @FunctionalInterface
    interface PodLock {
        KeyedLocks.Held lock(String containerId) throws InterruptedException;
    }

    private final Supplier<View> view;
    private final NetworkChain chain;
    private final AttachmentCache cache;
    private final Predicate<Path> isLiveNamespace;

    GarbageCollector(Supplier<View> view, NetworkChain chain, AttachmentCache cache, Predicate<Path> isLiveNamespace) {
        this.view = view;
        this.chain = chain;
        this.cache = cache;
        this.isLiveNamespace = isLiveNamespace;
    }

    /** Whether any network has plugins that know GC, so that {@link #runPlugins} would do something. */
    boolean isSupported() {
        return view.get().byName().values().stream().anyMatch(NetworkList::collectsGarbage);
    }

    /** Runs DEL for every cached attachment that is garbage, and forgets it. */
    void detachUnknown(Set<PodId> known, PodLock locks, Deadline deadline) throws InterruptedException {
        var failures = new ArrayList<String>();
        for (Entry entry : cached()) {
            if (isGarbage(entry, known)) {
                try (var _ = locks.lock(entry.invocation().containerId())) {
                    detach(entry, deadline);
                } catch (PluginFailure | IOException e) {
                    failures.add(entry.file() + ": " + e.getMessage());
                }
            }
        }
        throwAll("detach pods that are gone", failures);
    }

    /** Runs GC with everything that is not garbage. No attachment may be under way. */
    void runPlugins(Set<PodId> known, Deadline deadline) throws InterruptedException {
        List<Entry> entries = cached();
        var failures = new ArrayList<String>();
        for (NetworkList network : view.get().byName().values()) {
            try {
                chain.collectGarbage(network, valid(network, entries, known), deadline);
            } catch (PluginFailure e) {
                failures.add("network \"" + network.name() + "\": " + e.getMessage());
            }
        }
        throwAll("collect the garbage of CNI networks", failures);
    }

    private void detach(Entry entry, Deadline deadline) throws PluginFailure, InterruptedException, IOException {
        Optional<NetworkList> network =
                entry.asMade().or(() -> Optional.ofNullable(view.get().byName().get(entry.network())));
        if (network.isPresent()) {
            chain.delete(network.get(), entry.invocation().withNetns(""), entry.result(), deadline);
            cache.forget(entry);
        }
    }

    private boolean isGarbage(Entry entry, Set<PodId> known) {
        Invocation made = entry.invocation();
        boolean byCri = made.containerId().equals(made.args().get("K8S_POD_INFRA_CONTAINER_ID"));
        boolean isKnown = known.stream().anyMatch(pod -> pod.value().equals(made.containerId()));
        boolean isGone = !made.netns().isEmpty() && !isLiveNamespace.test(Path.of(made.netns()));
        return byCri && !isKnown && isGone;
    }

    /** Known pods are valid even without a cache file, under the interface name of the default network. */
    private List<Invocation> valid(NetworkList network, List<Entry> entries, Set<PodId> known) {
        var valid = new ArrayList<Invocation>();
        entries.stream()
                .filter(entry -> entry.network().equals(network.name()) && !isGarbage(entry, known))
                .forEach(entry -> valid.add(entry.invocation()));
        known.stream()
                .filter(pod -> valid.stream().noneMatch(one -> one.containerId().equals(pod.value())))
                .forEach(pod -> valid.add(new Invocation(pod.value(), "", "eth0", Map.of(), JsonObject.EMPTY)));
        return valid;
    }

    private List<Entry> cached() {
        try {
            return cache.all();
        } catch (IOException e) {
            throw new CriusException.Failed("list the CNI result cache: " + e.getMessage(), e);
        }
    }

    private static void throwAll(String what, List<String> failures) {
        if (!failures.isEmpty()) {
            throw new CriusException.Failed(what + ": " + String.join("; ", failures));
        }
    }
}

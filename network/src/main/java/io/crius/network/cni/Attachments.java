package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.network.cni.AttachmentCache.Entry;
import io.crius.network.cni.NetworkMonitor.View;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Attaches and detaches one pod; the caller holds the pod's lock. */
final class Attachments {
    /** Compat: CRI-O's limit for taking down a pod's network. */
    private static final Duration UNDO_LIMIT = Duration.ofMinutes(1);

    private final Supplier<View> view;
    private final NetworkChain chain;
    private final AttachmentCache cache;
    private final Predicate<Path> isLiveNamespace;

    Attachments(Supplier<View> view, NetworkChain chain, AttachmentCache cache, Predicate<Path> isLiveNamespace) {
        this.view = view;
        this.chain = chain;
        this.cache = cache;
        this.isLiveNamespace = isLiveNamespace;
    }

    CniResult attach(PodAttachment attachment, Deadline deadline) throws InterruptedException {
        View current = view.get();
        String what = "attach " + attachment.described();
        NetworkList network = current.chosen()
                .orElseThrow(() -> new CriusException.Unavailable(
                        what + ": " + current.readiness().message()));
        try {
            Optional<Entry> earlier = cache.find(network.name(), attachment.id().value(), attachment.interfaceName());
            if (earlier.isPresent()) {
                Optional<CniResult> known = earlier.flatMap(entry -> stillValid(entry, attachment));
                if (known.isPresent()) {
                    return known.get();
                }
                delete(attachment, earlier.get(), deadline);
            }
            cache.writePending(network, Invocation.of(attachment));
        } catch (IOException e) {
            throw cacheFailed(what, e);
        } catch (PluginFailure e) {
            throw e.toCriusException(what + ": undo what an earlier try left: " + e.getMessage());
        }
        return add(network, attachment, deadline, what + " to CNI network \"" + network.name() + "\": ");
    }

    void detach(PodAttachment attachment, Deadline deadline) throws InterruptedException {
        String what = "detach " + attachment.described();
        try {
            List<Entry> entries = cache.find(attachment.id().value(), attachment.interfaceName());
            Optional<NetworkList> chosen = view.get().chosen();
            if (entries.isEmpty() && chosen.isPresent()) {
                delete(attachment, chosen.get(), Optional.empty(), deadline);
            }
            deleteAll(attachment, entries, deadline);
            cache.forget(attachment.id().value(), attachment.interfaceName());
        } catch (IOException e) {
            throw cacheFailed(what, e);
        } catch (PluginFailure e) {
            throw e.toCriusException(what + ": " + e.getMessage());
        }
    }

    void check(PodAttachment attachment, Deadline deadline) throws InterruptedException {
        String what = "check " + attachment.described();
        try {
            for (Entry entry : cache.find(attachment.id().value(), attachment.interfaceName())) {
                check(attachment, entry, deadline);
            }
        } catch (IOException e) {
            throw cacheFailed(what, e);
        } catch (PluginFailure e) {
            throw e.toCriusException(what + ": " + e.getMessage());
        }
    }

    private void check(PodAttachment attachment, Entry entry, Deadline deadline)
            throws PluginFailure, InterruptedException {
        Optional<NetworkList> today = Optional.ofNullable(view.get().byName().get(entry.network()));
        boolean mayBeAsked =
                today.map(network -> !network.forbidden().contains(Verb.CHECK)).orElse(true);
        Optional<NetworkList> network = entry.asMade().or(() -> today).filter(NetworkList::checks);
        if (network.isEmpty() || !mayBeAsked || entry.result().isEmpty()) {
            return;
        }
        String netns = live(attachment.netns().toString())
                .orElseThrow(() -> new CriusException.FailedPrecondition("check " + attachment.described()
                        + ": its network namespace " + attachment.netns() + " is gone"));
        chain.check(
                network.get(),
                entry.invocation().withNetns(netns),
                entry.result().get(),
                deadline);
    }

    void abandon(PodAttachment attachment) {
        try {
            cache.forget(attachment.id().value(), attachment.interfaceName());
        } catch (IOException e) {
            throw cacheFailed("forget the attachment of " + attachment.described(), e);
        }
    }

    Optional<CniResult> cachedResult(PodAttachment attachment) {
        try {
            return cache.find(attachment.id().value(), attachment.interfaceName()).stream()
                    .flatMap(entry -> entry.result().stream())
                    .findFirst()
                    .map(result -> ResultParser.parse(result, CniVersion.NEWEST));
        } catch (IOException e) {
            throw cacheFailed("look up the attachment of " + attachment.described(), e);
        }
    }

    private CniResult add(NetworkList network, PodAttachment attachment, Deadline deadline, String what)
            throws InterruptedException {
        Invocation invocation = Invocation.of(attachment);
        try {
            JsonObject json = chain.add(network, invocation, deadline);
            CniResult result = ResultParser.parse(json, network.version());
            cache.write(network, invocation, json);
            return result;
        } catch (PluginFailure e) {
            throw e.toCriusException(what + e.getMessage() + undo(network, attachment));
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.Failed(
                    what + "the plugins' result cannot be used: " + e.getMessage() + undo(network, attachment), e);
        } catch (IOException e) {
            throw cacheFailed(what + "keep the result" + undo(network, attachment), e);
        } catch (InterruptedException e) {
            undo(network, attachment);
            throw e;
        }
    }

    /** Undoes a failed ADD and says in a half sentence if that did not succeed; then the cache still knows of it. */
    private String undo(NetworkList network, PodAttachment attachment) throws InterruptedException {
        try {
            delete(attachment, network, Optional.empty(), Deadline.after(UNDO_LIMIT));
            cache.forget(attachment.id().value(), attachment.interfaceName());
            return "";
        } catch (PluginFailure | IOException e) {
            return "; undoing it did not succeed either: " + e.getMessage();
        }
    }

    private void deleteAll(PodAttachment attachment, List<Entry> entries, Deadline deadline)
            throws PluginFailure, InterruptedException, IOException {
        PluginFailure failure = null;
        for (Entry entry : entries) {
            try {
                delete(attachment, entry, deadline);
            } catch (PluginFailure e) {
                failure = failure == null ? e : failure.withNote("; " + e.getMessage());
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void delete(PodAttachment attachment, Entry entry, Deadline deadline)
            throws PluginFailure, InterruptedException, IOException {
        Invocation invocation = entry.invocation();
        String netns = live(attachment.netns().toString())
                .or(() -> live(invocation.netns()))
                .orElse("");
        chain.delete(network(entry), invocation.withNetns(netns), entry.result(), deadline);
        cache.forget(entry);
    }

    private void delete(PodAttachment attachment, NetworkList network, Optional<JsonObject> result, Deadline deadline)
            throws PluginFailure, InterruptedException {
        Invocation invocation = Invocation.of(attachment);
        chain.delete(network, invocation.withNetns(live(invocation.netns()).orElse("")), result, deadline);
    }

    /** The network as it was when the attachment was made; for the oldest cache files, as it is configured now. */
    private NetworkList network(Entry entry) {
        return entry.asMade()
                .or(() -> Optional.ofNullable(view.get().byName().get(entry.network())))
                .orElseThrow(() -> new CriusException.FailedPrecondition("CNI network \"" + entry.network()
                        + "\" is not configured any more, and " + entry.file() + " does not tell what it was"));
    }

    private Optional<CniResult> stillValid(Entry entry, PodAttachment attachment) {
        boolean sameNamespace =
                entry.invocation().netns().equals(attachment.netns().toString())
                        && live(entry.invocation().netns()).isPresent();
        return entry.result().filter(_ -> sameNamespace).map(result -> ResultParser.parse(result, CniVersion.NEWEST));
    }

    private Optional<String> live(String netns) {
        return netns.isEmpty() || !isLiveNamespace.test(Path.of(netns)) ? Optional.empty() : Optional.of(netns);
    }

    private static CriusException.Failed cacheFailed(String what, IOException e) {
        return new CriusException.Failed(what + ": CNI result cache: " + e.getMessage(), e);
    }
}

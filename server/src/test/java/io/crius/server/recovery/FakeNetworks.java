package io.crius.server.recovery;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.PodId;
import io.crius.network.cni.CniNetworks;
import io.crius.network.cni.CniResult;
import io.crius.network.cni.NetworkReadiness;
import io.crius.network.cni.PodAttachment;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** One network in memory. Stricter than plugins: it attaches a pod only while its namespace is pinned, and only once. */
final class FakeNetworks implements CniNetworks {
    private final Steps steps;
    private final Map<PodId, PodAttachment> attached = new ConcurrentHashMap<>();

    /** What the next checks find, one after the other; then all is well. */
    final Queue<CriusException> findings = new ConcurrentLinkedQueue<>();

    /** How much time the last attachment and the last detachment were given. */
    final Map<String, Duration> given = new ConcurrentHashMap<>();

    FakeNetworks(Steps steps) {
        this.steps = steps;
    }

    @Override
    public NetworkReadiness readiness() {
        return new NetworkReadiness(true, "", "");
    }

    @Override
    public void awaitReady(Deadline deadline) {}

    @Override
    public boolean takesPortMappings() {
        return false;
    }

    @Override
    public CniResult attach(PodAttachment attachment, Deadline deadline) {
        given.put("attach", deadline.remaining());
        return steps.step("attach pod " + attachment.id(), () -> {
            if (!Files.exists(attachment.netns())) {
                throw new AssertionError("attached without a namespace: " + attachment);
            }
            if (attached.putIfAbsent(attachment.id(), attachment) != null) {
                throw new AssertionError("attached twice: " + attachment);
            }
            return result();
        });
    }

    private static CniResult result() {
        return new CniResult(
                "1.0.0",
                List.of(),
                List.of(new CniResult.Ip("10.1.2.3", 24, Optional.empty(), OptionalInt.empty())),
                List.of(),
                new CniResult.Dns(List.of(), Optional.empty(), List.of(), List.of()),
                "{}");
    }

    @Override
    public void detach(PodAttachment attachment, Deadline deadline) {
        given.put("detach", deadline.remaining());
        boolean _ = steps.step("detach pod " + attachment.id(), () -> attached.remove(attachment.id()) != null);
    }

    @Override
    public void check(PodAttachment attachment, Deadline deadline) {
        // One that is detached meanwhile is whole, as there is nothing to ask about.
        boolean _ = steps.step("check pod " + attachment.id(), () -> true);
        CriusException found = findings.poll();
        if (found != null) {
            throw found;
        }
    }

    @Override
    public void abandon(PodAttachment attachment) {
        throw new AssertionError("nobody asked to abandon " + attachment);
    }

    @Override
    public Optional<CniResult> cachedResult(PodAttachment attachment) {
        return attached.containsKey(attachment.id()) ? Optional.of(result()) : Optional.empty();
    }

    @Override
    public void collectGarbage(Supplier<Set<PodId>> known, Deadline deadline) {
        // Nothing is attached meanwhile, so who is known is asked when all that was attached before is there.
        boolean _ = steps.step("collect garbage", () -> attached.keySet().retainAll(known.get()));
    }

    @Override
    public void close() {}

    Set<PodId> attached() {
        return Set.copyOf(attached.keySet());
    }

    List<String> leftovers() {
        return attached.keySet().stream().map(pod -> "attachment of pod " + pod).toList();
    }
}

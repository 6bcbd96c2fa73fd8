package io.crius.server.sandbox;

import io.crius.model.Deadline;
import io.crius.model.PodId;
import io.crius.network.cni.CniNetworks;
import io.crius.network.cni.CniResult;
import io.crius.network.cni.NetworkReadiness;
import io.crius.network.cni.PodAttachment;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Ready, and never asked for an attachment. */
public record NoNetworks(boolean takesPortMappings) implements CniNetworks {
    public static final NoNetworks READY = new NoNetworks(false);

    @Override
    public NetworkReadiness readiness() {
        return new NetworkReadiness(true, "", "");
    }

    @Override
    public void awaitReady(Deadline deadline) {}

    @Override
    public CniResult attach(PodAttachment attachment, Deadline deadline) {
        throw new AssertionError("nothing is attached here");
    }

    @Override
    public void detach(PodAttachment attachment, Deadline deadline) {
        throw new AssertionError("nothing is detached here");
    }

    @Override
    public void check(PodAttachment attachment, Deadline deadline) {
        throw new AssertionError("nothing is checked here");
    }

    @Override
    public void abandon(PodAttachment attachment) {
        throw new AssertionError("nothing is abandoned here");
    }

    @Override
    public Optional<CniResult> cachedResult(PodAttachment attachment) {
        return Optional.empty();
    }

    @Override
    public void collectGarbage(Supplier<Set<PodId>> known, Deadline deadline) {
        throw new AssertionError("nothing is collected here");
    }

    @Override
    public void close() {}
}

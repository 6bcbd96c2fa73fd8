package io.crius.network.cni;

import io.crius.model.Deadline;
import io.crius.model.PodId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The node's CNI networks: readiness, attaching and detaching pods.
 *
 * <p>Thread-safe. Calls for one pod run one after another, in the order they came. An interrupt ends a call with
 * {@code Cancelled}; the interrupt flag stays set.
 */
public interface CniNetworks extends AutoCloseable {
    /** The latest known state; never waits. */
    NetworkReadiness readiness();

    /** Waits until the network is ready; at the deadline throws {@code DeadlineExceeded} with the reason why it is not. */
    void awaitReady(Deadline deadline);

    /** Whether a plugin of the default network takes host ports ({@code "capabilities": {"portMappings": true}}). */
    boolean takesPortMappings();

    /**
     * Attaches the pod to the default network. Repeating it for an attached pod gives the first call's result again. On any
     * failure, also of the deadline or an interrupt, what was done is undone by DEL with a time limit of its own before this
     * throws; what could not be undone is among the suppressed errors, and {@link #detach} can be called to try again.
     */
    CniResult attach(PodAttachment attachment, Deadline deadline);

    /**
     * Detaches the pod from every network it was attached to under this interface name, with the configuration it was
     * attached by. Idempotent; a namespace that is gone does not hinder it. Every plugin is called even if one of them
     * fails; after a failure the cache still knows what is needed to try again.
     */
    void detach(PodAttachment attachment, Deadline deadline);

    /**
     * Asks the plugins whether the pod's attachment still is as {@link #attach} made it: by CHECK, with the configuration,
     * arguments and result of then. Returns where it is, and where nobody can be asked: the pod is not attached, or its
     * network is older than 0.4.0 or has {@code disableCheck}, then or now. Changes nothing; while it goes on, the pod can
     * not be detached.
     *
     * @throws io.crius.model.CriusException with the plugin's message where it is not, where the namespace is gone, or where
     *     a plugin does not end by the deadline
     */
    void check(PodAttachment attachment, Deadline deadline);

    /** Forgets an attachment that cannot be detached: only the cache files go. Idempotent. */
    void abandon(PodAttachment attachment);

    /** The result of {@link #attach} from the cache; empty where the pod is not attached. Runs no plugin. */
    Optional<CniResult> cachedResult(PodAttachment attachment);

    /**
     * Gives back what nobody owns: DEL for cached attachments of unknown pods whose namespace is gone, then GC for the
     * plugins of networks of version 1.1.0 and later. Goes on through errors and throws them together at the end.
     *
     * @param known the pods that exist or are being made; asked while no attachment is under way
     */
    void collectGarbage(Supplier<Set<PodId>> known, Deadline deadline);

    /** Stops looking at the configuration; attachments under way go on. */
    @Override
    void close();
}

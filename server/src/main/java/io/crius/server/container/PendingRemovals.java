package io.crius.server.container;

import static java.lang.System.Logger.Level.DEBUG;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.ImageId;
import io.crius.model.PodId;
import io.crius.model.Ticker;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Containers whose removal was answered while what they held is still being given back: for those who need the same. Thread-safe.
 *
 * <p>A wait is bounded by a second, for however many containers, and by the caller's time. What hangs for longer is in the way
 * of whoever waited, as everything is that cannot be given back.
 */
public final class PendingRemovals {
    private static final System.Logger LOG = System.getLogger(PendingRemovals.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Registry registry;
    private final Ticker ticker;

    public PendingRemovals(Registry registry, Ticker ticker) {
        this.registry = registry;
        this.ticker = ticker;
    }

    /** Waits for those that were made from the image or mount it. */
    public void awaitThoseOf(ImageId image) {
        await(container -> container.definition().image().equals(image)
                || container.definition().mountedImages().containsValue(image));
    }

    /** Waits for those of the pod. */
    public void awaitThoseOf(PodId pod) {
        await(container -> container.definition().pod().equals(pod));
    }

    /** Waits for those that had the name. */
    void awaitThoseNamed(String uniqueName) {
        await(container -> container.definition().uniqueName().equals(uniqueName));
    }

    /** Waits for all of them, before the daemon ends; whether they are over. */
    public boolean awaitAll() {
        await(_ -> true);
        return underWay().findAny().isEmpty();
    }

    private void await(Predicate<Container> wanted) {
        Deadline limit = Deadline.after(LIMIT, ticker).earlier(Deadline.currentOr(LIMIT, ticker));
        underWay().filter(wanted).forEach(container -> await(container, limit));
    }

    private Stream<Container> underWay() {
        return registry.everyContainer().stream()
                .filter(container -> container.state() instanceof ContainerState.Doomed)
                .filter(container -> !container.executor().isIdle());
    }

    private static void await(Container container, Deadline limit) {
        try {
            ScopedValue.where(Deadline.CURRENT, limit)
                    .run(() -> container.executor().call("end of a removal", container::id));
        } catch (CriusException.DeadlineExceeded e) {
            LOG.log(DEBUG, () -> "container " + container.id() + " was removed; " + e.getMessage());
        }
    }
}

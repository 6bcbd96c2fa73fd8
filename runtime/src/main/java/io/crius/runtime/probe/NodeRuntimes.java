package io.crius.runtime.probe;

import io.crius.model.CriusException;
import io.crius.model.KeyedLocks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The runtimes of this node, by handler. Thread-safe; a handler's own lock is held while it is probed. */
public final class NodeRuntimes {
    private final Function<String, Finding> probe;
    private final Finding.Working standard;
    private final List<Finding.Unusable> passedOver;
    private final Map<String, Finding> known = new ConcurrentHashMap<>();
    private final KeyedLocks<String> probing = new KeyedLocks<>();

    /**
     * @param probe finds out about one handler; may take seconds
     * @param passedOver what was tried before {@code standard}
     */
    public NodeRuntimes(Function<String, Finding> probe, Finding.Working standard, List<Finding.Unusable> passedOver) {
        this.probe = probe;
        this.standard = standard;
        this.passedOver = List.copyOf(passedOver);
        passedOver.forEach(unusable -> known.put(unusable.name(), unusable));
        known.put(standard.name(), standard);
    }

    /** The handler of pods that name none. */
    public Finding.Working standard() {
        return standard;
    }

    /**
     * Probes the handler unless it is known already. One that does not work is remembered as such, and probed again when a pod
     * wants it.
     */
    public void probe(String name) throws InterruptedException {
        try (var _ = probing.lock(name)) {
            if (!known.containsKey(name)) {
                known.put(name, probe.apply(name));
            }
        }
    }

    /** Which runtime was chosen, and why not another: for the log and for people. */
    public String sentence() {
        String others = passedOver.isEmpty()
                ? ""
                : "; "
                        + String.join(
                                "; ", passedOver.stream().map(Finding::sentence).toList());
        return "default runtime " + standard.sentence() + others;
    }

    /** What is known of the handler already, without probing. */
    public Optional<Finding> known(String name) {
        return Optional.ofNullable(known.get(name));
    }

    /**
     * The handler by name, the default one for an empty name. Probes what is not known; a handler that did not work is probed again,
     * since what was missing may have been installed.
     *
     * @throws CriusException.InvalidArgument when it cannot be used
     */
    public Finding.Working handler(String name) {
        if (name.isEmpty()) {
            return standard;
        }
        try (var _ = probing.lock(name)) {
            Finding finding = known.get(name) instanceof Finding.Working working ? working : probe.apply(name);
            known.put(name, finding);
            return switch (finding) {
                case Finding.Working working -> working;
                case Finding.Unusable unusable ->
                    throw new CriusException.InvalidArgument("runtime handler " + unusable.sentence());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("wait for the probe of runtime handler " + name, e);
        }
    }
}

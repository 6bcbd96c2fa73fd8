package io.crius.runtime.probe;

import io.crius.model.CriusException;
import io.crius.model.KeyedLocks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The runtimes of this node, by handler. Thread-safe; a handler's own lock is held while it is probed. */
public final class NodeRuntimes {
    private final RuntimeProbe probe;
    private final Finding.Working standard;
    private final List<Finding.Unusable> passedOver;
    private final Map<String, Finding> known = new ConcurrentHashMap<>();
    private final KeyedLocks<String> probing = new KeyedLocks<>();

    NodeRuntimes(RuntimeProbe probe, Finding.Working standard, List<Finding.Unusable> passedOver) {
        this.probe = probe;
        this.standard = standard;
        this.passedOver = List.copyOf(passedOver);
        known.put(standard.name(), standard);
    }

    /** The handler of pods that name none. */
    public Finding.Working standard() {
        return standard;
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
     * The handler by name, the default one for an empty name. Probes at first use; a handler that did not work is probed again,
     * since what was missing may have been installed.
     *
     * @throws CriusException.InvalidArgument when it cannot be used
     */
    public Finding.Working handler(String name) {
        if (name.isEmpty()) {
            return standard;
        }
        try (var _ = probing.lock(name)) {
            Finding finding = known.get(name) instanceof Finding.Working working ? working : probe.probe(name);
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

package io.crius.server.recovery;

import io.crius.model.ContainerId;
import io.crius.model.PodId;
import io.crius.server.explain.Arrears;
import io.crius.server.explain.Leftover;
import io.crius.server.explain.Leftover.Kind;
import io.crius.server.explain.Leftovers;
import io.crius.server.state.Quarantined;
import io.crius.server.state.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is left of the past, from those who know of it. Thread-safe; never waits. */
public final class Ledger implements Leftovers {
    private final Registry registry;
    private final Reconciler reconciler;
    private final Sweeper sweeper;

    public Ledger(Registry registry, Reconciler reconciler, Sweeper sweeper) {
        this.registry = registry;
        this.reconciler = reconciler;
        this.sweeper = sweeper;
    }

    @Override
    public Optional<Arrears> arrears(String id) {
        return reconciler.arrears(id);
    }

    @Override
    public List<Leftover> all() {
        var all = new ArrayList<Leftover>();
        reconciler
                .arrears()
                .forEach((id, debt) ->
                        all.add(new Leftover(Kind.OWED, id, describe(id), debt.problem(), debt.attempts())));
        registry.quarantined().stream().map(Ledger::quarantined).forEach(all::add);
        all.addAll(sweeper.leftovers());
        return List.copyOf(all);
    }

    private static Leftover quarantined(Quarantined journal) {
        return new Leftover(Kind.QUARANTINED, journal.object(), "journal " + journal.file(), journal.why(), 0);
    }

    private String describe(String id) {
        return registry.any(new PodId(id))
                .map(pod -> "pod " + pod.definition().name())
                .or(() -> registry.any(new ContainerId(id))
                        .map(container -> "container " + container.definition().uniqueName()))
                .orElse("");
    }
}

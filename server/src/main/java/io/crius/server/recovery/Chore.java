package io.crius.server.recovery;

import io.crius.model.Attempts;
import io.crius.server.explain.Leftover;
import java.util.List;
import java.util.function.Consumer;

/** Something that is looked for and swept away from time to time. */
public interface Chore {
    /** Completes the sentence "sweep of ...". */
    String name();

    /**
     * Sweeps, each thing by an attempt of its own; gives what has to be left alone. Blocks.
     *
     * @throws io.crius.model.CriusException where it could not even be looked for
     */
    List<Leftover> run(Attempts attempts);

    /** A chore that leaves nothing alone. */
    static Chore of(String name, Consumer<Attempts> work) {
        return new Chore() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Leftover> run(Attempts attempts) {
                work.accept(attempts);
                return List.of();
            }
        };
    }
}

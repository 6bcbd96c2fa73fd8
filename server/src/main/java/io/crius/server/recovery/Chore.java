package io.crius.server.recovery;

import io.crius.server.explain.Leftover;
import java.util.List;

/** Something that is looked for and swept away from time to time. */
public interface Chore {
    /** Completes the sentence "sweep of ...". */
    String name();

    /**
     * Sweeps; gives what has to be left alone. Blocks.
     *
     * @throws io.crius.model.CriusException where something could not be swept away; the rest was
     */
    List<Leftover> run();

    /** A chore that leaves nothing alone. */
    static Chore of(String name, Runnable work) {
        return new Chore() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Leftover> run() {
                work.run();
                return List.of();
            }
        };
    }
}

package io.crius.fuzz;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where Jazzer calls; which target it is comes as the one argument. One thread. */
public final class JazzerEntry {
    private static @Nullable Trial trial;

    private JazzerEntry() {}

    /** Called once, with {@code --target_args}. */
    public static void fuzzerInitialize(String[] arguments) throws IOException {
        trial = new Trial(Targets.open(arguments[0]));
    }

    /** Called for each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        Trial current = trial;
        if (current != null) {
            current.accepts(input);
        }
    }
}

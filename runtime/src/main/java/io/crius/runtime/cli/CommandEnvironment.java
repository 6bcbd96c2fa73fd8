package io.crius.runtime.cli;

import io.crius.runtime.RuntimeHandler;
import java.util.ArrayList;
import java.util.List;

/** The environment of runtimes and monitors: what the handler says and nothing else of the daemon's. */
public final class CommandEnvironment {
    private CommandEnvironment() {}

    /** Compat: {@code monitor_env} and the marker by which a runtime knows that CRI-O, and not podman, calls it. */
    public static List<String> of(RuntimeHandler handler) {
        var environment = new ArrayList<>(handler.monitor().environment());
        environment.add("CRI_O_EXTERNAL=1");
        return environment;
    }
}

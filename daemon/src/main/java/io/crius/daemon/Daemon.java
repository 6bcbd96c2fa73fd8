package io.crius.daemon;

import io.crius.config.LoadedConfig;
import java.lang.System.Logger.Level;

/** The object graph of the daemon, and its life from the first socket to the last. */
final class Daemon {
    private Daemon() {}

    /** Serves until the process is told to stop; gives the exit status. */
    static int serve(LoadedConfig loaded) throws InterruptedException {
        System.getLogger("io.crius.daemon")
                .log(Level.ERROR, "serve " + loaded.config().api().listen() + ": the CRI server is not wired in yet");
        return DaemonStart.WENT_WRONG;
    }
}

package io.crius.daemon;

import io.crius.linux.KernelFeature;
import io.crius.linux.Linux;
import io.crius.server.edge.CriEndpoint;
import java.lang.System.Logger.Level;

/**
 * What takes its time at the first use only, done on a second thread while the configuration is read: looking for the
 * logging system through all archives of the class path, binding the C library, and setting up Netty and gRPC, some 300
 * ms together. Whoever needs one of them earlier waits for its class as always; nothing depends on this thread.
 */
final class FirstUse {
    private FirstUse() {}

    static void begin(Linux linux) {
        Thread.ofPlatform().daemon().name("first-use").start(() -> {
            System.Logger log = System.getLogger(FirstUse.class.getName());
            try {
                var _ = linux.features().has(KernelFeature.MOUNT_API);
                CriEndpoint.prepare();
            } catch (RuntimeException e) {
                log.log(Level.DEBUG, "whoever needs it meets this again", e);
            }
        });
    }
}

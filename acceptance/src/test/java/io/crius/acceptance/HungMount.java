package io.crius.acceptance;

import io.crius.acceptance.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A FUSE file system whose server never answers, as a network file system without a network: whoever touches it waits.
 * Closing it ends the server, and all who wait get an error.
 */
final class HungMount implements AutoCloseable {
    private final Path point;
    private final Process server;

    private HungMount(Path point, Process server) {
        this.point = point;
        this.server = server;
    }

    /** Kernel: fuse(4), the mount is there as soon as a descriptor of /dev/fuse was given to it. */
    static HungMount at(Path point) throws Exception {
        Files.createDirectories(point);
        Process server = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 hung "
                                + point + " && exec sleep 600")
                .redirectErrorStream(true)
                .start();
        var mount = new HungMount(point, server);
        try {
            Await.until("the hung file system is mounted", Duration.ofSeconds(10), mount::isMounted);
        } catch (Exception | AssertionError e) {
            mount.close();
            throw e;
        }
        return mount;
    }

    Path point() {
        return point;
    }

    private boolean isMounted() throws IOException {
        return Files.readString(Path.of("/proc/self/mounts")).contains(" " + point + " fuse ");
    }

    /** Idempotent. */
    @Override
    public void close() throws Exception {
        server.destroyForcibly().waitFor();
        while (isMounted()) {
            new ProcessBuilder("umount", "-l", point.toString()).start().waitFor();
        }
    }
}

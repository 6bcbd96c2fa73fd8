package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.runtime.RuntimeContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A monitor in a frozen cgroup: no signal makes it go on. Closing lets it go on, and waits for its end. */
final class Frozen implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Path FREEZER = Path.of("/sys/fs/cgroup/freezer");

    private final long pid;
    private final Path cgroup;
    private final boolean unified = !Files.isDirectory(FREEZER);

    private Frozen(long pid) throws IOException {
        this.pid = pid;
        this.cgroup =
                Files.createDirectory((unified ? Path.of("/sys/fs/cgroup") : FREEZER).resolve("crius-frozen-" + pid));
        Files.writeString(cgroup.resolve("cgroup.procs"), Long.toString(pid));
        set(true);
    }

    static Frozen monitorOf(RuntimeContainer container) throws IOException {
        return new Frozen(container.monitor().orElseThrow().pid());
    }

    private void set(boolean frozen) throws IOException {
        if (unified) {
            Files.writeString(cgroup.resolve("cgroup.freeze"), frozen ? "1" : "0");
        } else {
            Files.writeString(cgroup.resolve("freezer.state"), frozen ? "FROZEN" : "THAWED");
        }
    }

    void thaw() throws IOException {
        set(false);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        thaw();
        boolean runs =
                Conditions.await(LONG, () -> !BusyboxNode.commandLine(pid).isEmpty(), is -> !is);
        assertThat(runs).as("monitor " + pid + " goes on").isFalse();
        Files.delete(cgroup);
    }
}

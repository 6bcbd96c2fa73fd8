package io.crius.server.node;

import io.crius.config.CgroupDriver;
import io.crius.runtime.RuntimeHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A runtime handler whose programs nobody runs. */
public final class FakeHandler {
    private FakeHandler() {}

    public static RuntimeHandler handler() {
        return named("fake");
    }

    public static RuntimeHandler named(String name) {
        return new RuntimeHandler(
                name,
                Path.of("/bin/fake"),
                Path.of("/run/fake"),
                CgroupDriver.CGROUPFS,
                new RuntimeHandler.MonitorProgram(
                        Path.of("/bin/conmon"), List.of(), RuntimeHandler.MonitorOptions.DEFAULT),
                Duration.ofSeconds(30));
    }
}

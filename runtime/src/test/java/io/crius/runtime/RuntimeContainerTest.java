package io.crius.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.CgroupDriver;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.RuntimeHandler.LogSync;
import io.crius.runtime.RuntimeHandler.MonitorOptions;
import io.crius.runtime.RuntimeHandler.MonitorProgram;
import io.crius.runtime.RuntimeHandler.Placement;
import io.crius.runtime.RuntimeHandler.Rooting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class RuntimeContainerTest {
    private static final ContainerBundle BUNDLE = new ContainerBundle(
            new ContainerId("ab".repeat(32)),
            "k8s_a_b_c_d_0",
            new RuntimeHandler(
                    "crun",
                    Path.of("/usr/bin/crun"),
                    Path.of("/run/crun"),
                    CgroupDriver.SYSTEMD,
                    new MonitorProgram(
                            Path.of("/usr/bin/conmon"),
                            List.of("PATH=/bin", "A=b c"),
                            new MonitorOptions(Rooting.NO_PIVOT, LogSync.NEVER, Placement.POD)),
                    Duration.ofMinutes(4)),
            new ContainerFolders(Path.of("/run/b"), Path.of("/var/lib/p")),
            "kubepods-pod1.slice",
            new ContainerLog(Path.of("/var/log/pods/0.log"), OptionalLong.of(8192)),
            ContainerStreams.INPUT_ONCE,
            PidNamespace.SHARED);

    @Test
    void isReadBackAsItWasWritten() {
        var container = new RuntimeContainer(
                BUNDLE, new ProcessIdentity(4711, 123456), Optional.of(new ProcessIdentity(4700, 123400)));
        var unwatched = new RuntimeContainer(BUNDLE, new ProcessIdentity(4711, 123456), Optional.empty());

        assertThat(RuntimeContainer.fromJson(reread(container.toJson()))).isEqualTo(container);
        assertThat(RuntimeContainer.fromJson(reread(unwatched.toJson()))).isEqualTo(unwatched);
        assertThat(ContainerBundle.fromJson(reread(BUNDLE.toJson()))).isEqualTo(BUNDLE);
    }

    @Test
    void keepsTheRuntimeThatMadeIt() {
        assertThat(Json.write(BUNDLE.toJson()))
                .contains("\"path\":\"/usr/bin/crun\"", "\"root\":\"/run/crun\"", "\"createTimeoutSeconds\":240");
    }

    @Test
    void saysWhichWordItDoesNotKnow() {
        JsonObject json = BUNDLE.toJson().toBuilder().put("streams", "TELEX").build();

        assertThatThrownBy(() -> ContainerBundle.fromJson(json))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("streams: unknown word \"TELEX\"");
    }

    @Test
    void isOfAbsolutePathsOnly() {
        assertThatThrownBy(() -> new ContainerFolders(Path.of("b"), Path.of("/p")))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("must be absolute");
        assertThatThrownBy(() -> ContainerLog.at(Path.of("x.log"))).hasMessageContaining("must be absolute");
    }

    private static JsonObject reread(JsonObject json) {
        return Json.parseObject(Json.write(json), "record");
    }
}

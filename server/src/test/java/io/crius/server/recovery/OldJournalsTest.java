package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Journals that earlier versions wrote, kept byte for byte ({@link GoldenJournals}): a daemon that is newer knows their pods and
 * containers, and can give them back.
 */
class OldJournalsTest {
    @TempDir
    Path folder;

    private static Path journals(String version) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(OldJournalsTest.class.getResource("/journals/" + version))
                .toURI());
    }

    private static Pod pod(TestDaemon daemon, String name) {
        return daemon.registry
                .pods()
                .filter(pod -> pod.definition().name().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Container container(TestDaemon daemon, String name) {
        return daemon.registry
                .containers()
                .filter(container -> container.definition().name().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void versionOneIsKnown() throws Exception {
        var node = new TestNode(folder);
        GoldenJournals.copy(journals("1"), node.pods());
        try (var daemon = TestDaemon.recovered(node)) {
            assertThat(daemon.registry.pods()).hasSize(2);
            assertThat(pod(daemon, "web").definition().name().unique()).isEqualTo("k8s_web_default_uid-1_0");
            assertThat(pod(daemon, "db").state()).isInstanceOf(PodState.Stopped.class);

            Container side = container(daemon, "side");
            assertThat(side.state())
                    .isInstanceOfSatisfying(
                            ContainerState.Exited.class,
                            exited -> assertThat(exited.exit().code()).contains(7));
            Container main = container(daemon, "main");
            assertThat(main.resources()).isEqualTo(GoldenJournals.LIMITS);
            assertThat(main.definition().image()).isEqualTo(FakeStore.IMAGE);
            assertThat(main.definition().pod()).isEqualTo(pod(daemon, "web").id());
            // Its process is not among those of this node.
            assertThat(main.state())
                    .isInstanceOfSatisfying(
                            ContainerState.Exited.class,
                            exited -> assertThat(exited.exit().code()).isEmpty());

            daemon.removeEverything();
            assertThat(daemon.registry.everyPod()).isEmpty();
            assertThat(daemon.registry.everyContainer()).isEmpty();
        }
    }
}

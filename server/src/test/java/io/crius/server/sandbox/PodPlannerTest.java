package io.crius.server.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupfsCgroups;
import io.crius.cri.v1.LinuxPodSandboxConfig;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.linux.FakeLinux;
import io.crius.model.CriusException;
import io.crius.network.hostport.HostPorts;
import io.crius.network.pod.PodNamespaces;
import io.crius.runtime.RuntimeHandler;
import io.crius.server.edge.WireRequests;
import io.crius.server.node.FakeHandler;
import io.crius.server.node.HandlerRules;
import io.crius.server.node.RuntimeHandlers;
import io.crius.server.state.PodRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodPlannerTest {
    /** A handler that asks for memory. */
    private record Demanding(long leastMemory) implements RuntimeHandlers {
        @Override
        public RuntimeHandler named(String name) {
            return FakeHandler.handler();
        }

        @Override
        public HandlerRules rules(String name) {
            return HandlerRules.NONE.withLeastMemory(leastMemory);
        }
    }

    @TempDir
    Path folder;

    private PodPlanner planner(long leastMemory) {
        var linux = new FakeLinux().linux();
        var layout = new CgroupLayout(CgroupLayout.Mode.V1, Map.of("memory", folder), Set.of(), Optional.empty());
        return new PodPlanner(
                new Demanding(leastMemory),
                new CgroupfsCgroups(CgroupTree.of(layout)),
                new PodNamespaces(folder.resolve("ns"), linux.namespaces(), linux.features()),
                new PodNetwork(NoNetworks.READY, new HostPorts(new NoRules()), PodNetwork.HostPortRule.LEAD),
                new PodPlanner.Rules(
                        folder.resolve("run"),
                        folder.resolve("logs"),
                        "node",
                        PauseRules.When.NEEDED,
                        new PodChooser(
                                List.of(),
                                Optional.empty(),
                                new IdRanges(folder, List::of, InstantSource.system()),
                                LeastIds.NONE)),
                InstantSource.system());
    }

    private static PodRequest request(PodSandboxConfig.Builder config) {
        config.setMetadata(PodSandboxMetadata.newBuilder()
                .setName("web")
                .setNamespace("default")
                .setUid("uid-1"));
        return new WireRequests()
                .pod(RunPodSandboxRequest.newBuilder().setConfig(config).build().toByteArray());
    }

    @Test
    void labelsAreBoundedInBytes() {
        String umlauts = "ä".repeat(2047);
        assertThatCode(() ->
                        planner(0).check(request(PodSandboxConfig.newBuilder().putLabels("ab", umlauts))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        planner(0).check(request(PodSandboxConfig.newBuilder().putLabels("abc", umlauts))))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("label \"abc\" of pod default/web: key and value are longer than 4096 bytes together");
    }

    @Test
    void aPodWithTooLittleMemoryForAnyContainerIsRefused() throws IOException {
        Path cgroup = Files.createDirectories(folder.resolve("pods/web"));
        Files.writeString(cgroup.resolve("memory.limit_in_bytes"), "1000\n");
        PodRequest request = request(PodSandboxConfig.newBuilder()
                .setLinux(LinuxPodSandboxConfig.newBuilder().setCgroupParent("/pods/web")));
        assertThatCode(() -> planner(1000).check(request)).doesNotThrowAnyException();
        assertThatThrownBy(() -> planner(1001).check(request))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("set memory limit 1000 too low; should be at least 1001 bytes");
        assertThat(cgroup).exists();
    }
}

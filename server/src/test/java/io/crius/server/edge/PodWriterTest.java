package io.crius.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cri.v1.PodIP;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.PodSandboxStatus;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.model.PodId;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodWriterTest {
    private static final PodId ID = new PodId("a".repeat(64));

    @TempDir
    Path folder;

    private Pod pod() {
        byte[] wire = RunPodSandboxRequest.newBuilder()
                .setRuntimeHandler("chosen")
                .setConfig(PodSandboxConfig.newBuilder()
                        .setMetadata(PodSandboxMetadata.newBuilder()
                                .setName("web")
                                .setNamespace("default")
                                .setUid("uid-1")))
                .build()
                .toByteArray();
        return PlannedPod.of(folder, ID, wire);
    }

    @Test
    void theFirstAddressIsThePodsTheOthersAreFurtherOnes() {
        Pod pod = pod();
        pod.become(
                new PodState.Ready(List.of("10.0.0.7", "fd00::7", "10.1.0.7"), "", Optional.empty()),
                Durability.DAEMON);
        PodSandboxStatus status = PodWriter.status(pod);
        assertThat(status.getNetwork().getIp()).isEqualTo("10.0.0.7");
        assertThat(status.getNetwork().getAdditionalIpsList())
                .extracting(PodIP::getIp)
                .containsExactly("fd00::7", "10.1.0.7");
        assertThat(status.getRuntimeHandler()).isEqualTo("chosen");
    }

    @Test
    void withoutANetworkThereIsNoAddress() {
        PodSandboxStatus status = PodWriter.status(pod());
        assertThat(status.getNetwork().getIp()).isEmpty();
        assertThat(status.getNetwork().getAdditionalIpsList()).isEmpty();
    }
}

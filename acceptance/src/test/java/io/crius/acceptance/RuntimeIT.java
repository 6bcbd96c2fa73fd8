package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.CgroupDriver;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NetworkConfig;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.cri.v1.RuntimeCondition;
import io.crius.cri.v1.RuntimeConfig;
import io.crius.cri.v1.RuntimeConfigRequest;
import io.crius.cri.v1.StatusRequest;
import io.crius.cri.v1.UpdateRuntimeConfigRequest;
import io.crius.cri.v1.UpdateRuntimeConfigResponse;
import io.crius.cri.v1.VersionRequest;
import io.crius.cri.v1.VersionResponse;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the runtime says of itself. */
class RuntimeIT {
    @RegisterExtension
    static final Node node = new Node();

    @Test
    void theVersionNamesTheRuntime() {
        VersionResponse version = node.client().runtime().version(VersionRequest.getDefaultInstance());
        assertThat(version.getVersion()).isEqualTo("0.1.0");
        assertThat(version.getRuntimeName())
                .isEqualTo(node.testNode().target().kind().name().toLowerCase(Locale.ROOT));
        assertThat(version.getRuntimeVersion()).isNotEmpty();
        assertThat(version.getRuntimeApiVersion()).isEqualTo("v1");
    }

    @Test
    void runtimeAndNetworkAreReady() {
        assertThat(node.condition("RuntimeReady").getStatus()).isTrue();
        assertThat(node.condition("NetworkReady").getStatus()).isTrue();
    }

    @Test
    void theNetworkIsNotReadyWithoutAConfigurationAndReadyAgainWithOne() throws Exception {
        Path conflist = node.testNode().network().conflist();
        Path aside = conflist.resolveSibling("aside");
        Files.move(conflist, aside);
        try {
            RuntimeCondition condition = Await.value(
                    "the network is not ready",
                    Node.LIMIT,
                    () -> Optional.of(node.condition("NetworkReady")).filter(c -> !c.getStatus()));
            assertThat(condition.getReason()).isEqualTo("NetworkPluginNotReady");
            assertThat(condition.getMessage()).startsWith("Network plugin returns error: ");
        } finally {
            Files.move(aside, conflist);
        }
        Await.until(
                "the network is ready again",
                Node.LIMIT,
                () -> node.condition("NetworkReady").getStatus());
    }

    /** The pods of a network provider have to come up before there is a network. */
    @Test
    void aPodOnTheNodesNetworkDoesNotWaitForAnother() throws Exception {
        Path conflist = node.testNode().network().conflist();
        Path aside = conflist.resolveSibling("aside");
        Files.move(conflist, aside);
        try {
            Await.until(
                    "the network is not ready",
                    Node.LIMIT,
                    () -> !node.condition("NetworkReady").getStatus());
            var pod = node.run(node.pod("provider").network(NamespaceMode.NODE));
            assertThat(node.output(pod, node.shell("main", "echo came up"))).isEqualTo("came up\n");
            var networked = RunPodSandboxRequest.newBuilder()
                    .setConfig(node.pod("web").build())
                    .build();
            Grpc failure = Grpc.failure(() -> node.client()
                    .runtime()
                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                    .runPodSandbox(networked));
            assertThat(failure.code()).isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNKNOWN);
        } finally {
            Files.move(aside, conflist);
        }
        Await.until(
                "the network is ready again",
                Node.LIMIT,
                () -> node.condition("NetworkReady").getStatus());
    }

    @Test
    void theVerboseStatusTellsTheConfiguration() {
        var status = node.client()
                .runtime()
                .status(StatusRequest.newBuilder().setVerbose(true).build());
        assertThat(status.getInfoMap()).containsKey("config");
        // kubeadm reads it.
        assertThat(status.getInfoOrThrow("config"))
                .contains("\"sandboxImage\":\"" + node.testImages().name("pause") + "\"");
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void theVerboseStatusTellsEveryOption() {
        var status = node.client()
                .runtime()
                .status(StatusRequest.newBuilder().setVerbose(true).build());
        assertThat(status.getInfoOrThrow("config"))
                .contains("\"crio\":{", "\"cgroup_manager\":\"cgroupfs\"", "\"drop_infra_ctr\":true");
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void kubeletIsToldTheCgroupDriver() {
        assertThat(node.client()
                        .runtime()
                        .runtimeConfig(RuntimeConfigRequest.getDefaultInstance())
                        .getLinux()
                        .getCgroupDriver())
                .isEqualTo(CgroupDriver.CGROUPFS);
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void theHandlersAndFeaturesAreTold() {
        var status = node.client().runtime().status(StatusRequest.getDefaultInstance());
        assertThat(status.getRuntimeHandlersList()).extracting("name").contains("");
        assertThat(status.getRuntimeHandlersList()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(status.getFeatures().getSupplementalGroupsPolicy()).isTrue();
        // A pod with users of its own is refused on the node's network.
        assertThat(status.getFeatures().getUserNamespacesHostNetwork()).isFalse();
    }

    @Test
    void thePodRangeIsTakenNoteOf() {
        var request = UpdateRuntimeConfigRequest.newBuilder()
                .setRuntimeConfig(RuntimeConfig.newBuilder()
                        .setNetworkConfig(NetworkConfig.newBuilder().setPodCidr("10.244.0.0/24")))
                .build();
        assertThat(node.client().runtime().updateRuntimeConfig(request))
                .isEqualTo(UpdateRuntimeConfigResponse.getDefaultInstance());
    }
}

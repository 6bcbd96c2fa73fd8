package io.crius.server.edge;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerMetadata;
import io.crius.cri.v1.ContainerResources;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.ContainerUser;
import io.crius.cri.v1.HugepageLimit;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.LinuxContainerUser;
import io.crius.server.container.ContainerView;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerName;
import io.crius.server.state.LinuxResources;

/** Writes containers for the wire. */
final class ContainerWriter {
    private ContainerWriter() {}

    static Container item(ContainerView view) {
        ContainerDefinition definition = view.definition();
        return Container.newBuilder()
                .setId(definition.id().value())
                .setPodSandboxId(definition.pod().value())
                .setMetadata(metadata(definition.name()))
                .setImage(ImageSpec.newBuilder()
                        .setImage(definition.request().image())
                        .setUserSpecifiedImage(definition.request().userImage()))
                .setImageRef(definition.imageRef())
                .setImageId(definition.image().value())
                .setState(state(view))
                .setCreatedAt(Times.nanos(definition.createdAt()))
                .putAllLabels(definition.request().labels())
                .putAllAnnotations(definition.request().annotations())
                .build();
    }

    static ContainerStatus status(ContainerView view) {
        ContainerDefinition definition = view.definition();
        var status = ContainerStatus.newBuilder()
                .setId(definition.id().value())
                .setMetadata(metadata(definition.name()))
                .setState(state(view))
                .setCreatedAt(Times.nanos(definition.createdAt()))
                .setStartedAt(Times.nanos(view.startedAt()))
                .setFinishedAt(Times.nanos(view.finishedAt()))
                .setExitCode(view.exitCode())
                .setImage(ImageSpec.newBuilder()
                        .setImage(definition.imageName())
                        .setUserSpecifiedImage(definition.request().userImage()))
                .setImageRef(definition.imageRef())
                .setImageId(definition.image().value())
                .setReason(view.reason())
                .setMessage(view.message())
                .putAllLabels(definition.request().labels())
                .putAllAnnotations(definition.request().annotations())
                .setLogPath(definition.logFile().toString())
                .setResources(ContainerResources.newBuilder().setLinux(resources(view.resources())))
                .setUser(ContainerUser.newBuilder()
                        .setLinux(LinuxContainerUser.newBuilder()
                                .setUid(view.user().uid())
                                .setGid(view.user().gid())
                                .addAllSupplementalGroups(view.user().supplementalGroups())))
                .setStopSignal(Signals.fromName(view.stopSignal()));
        definition.request().mounts().forEach(mount -> status.addMounts(MountReader.write(mount)));
        return status.build();
    }

    private static io.crius.cri.v1.ContainerState state(ContainerView view) {
        return switch (view.phase()) {
            case CREATED -> io.crius.cri.v1.ContainerState.CONTAINER_CREATED;
            case RUNNING -> io.crius.cri.v1.ContainerState.CONTAINER_RUNNING;
            case EXITED -> io.crius.cri.v1.ContainerState.CONTAINER_EXITED;
            case UNKNOWN -> io.crius.cri.v1.ContainerState.CONTAINER_UNKNOWN;
        };
    }

    private static ContainerMetadata metadata(ContainerName name) {
        return ContainerMetadata.newBuilder()
                .setName(name.name())
                .setAttempt(name.attempt())
                .build();
    }

    private static LinuxContainerResources resources(LinuxResources resources) {
        var wire = LinuxContainerResources.newBuilder()
                .setCpuPeriod(resources.cpuPeriod())
                .setCpuQuota(resources.cpuQuota())
                .setCpuShares(resources.cpuShares())
                .setMemoryLimitInBytes(resources.memoryLimit())
                .setMemorySwapLimitInBytes(resources.memorySwapLimit())
                .setOomScoreAdj(resources.oomScoreAdj())
                .setCpusetCpus(resources.cpusetCpus())
                .setCpusetMems(resources.cpusetMems())
                .putAllUnified(resources.unified());
        resources
                .hugepages()
                .forEach(h -> wire.addHugepageLimits(
                        HugepageLimit.newBuilder().setPageSize(h.pageSize()).setLimit(h.limit())));
        return wire.build();
    }
}

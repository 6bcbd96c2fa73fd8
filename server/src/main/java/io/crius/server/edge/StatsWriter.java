package io.crius.server.edge;

import io.crius.cgroup.CgroupUsage;
import io.crius.cgroup.Pressure;
import io.crius.cri.v1.ContainerAttributes;
import io.crius.cri.v1.ContainerMetadata;
import io.crius.cri.v1.ContainerStats;
import io.crius.cri.v1.CpuUsage;
import io.crius.cri.v1.FilesystemIdentifier;
import io.crius.cri.v1.FilesystemUsage;
import io.crius.cri.v1.IoUsage;
import io.crius.cri.v1.LinuxPodSandboxStats;
import io.crius.cri.v1.MemoryUsage;
import io.crius.cri.v1.NetworkInterfaceUsage;
import io.crius.cri.v1.NetworkUsage;
import io.crius.cri.v1.PodSandboxAttributes;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.PodSandboxStats;
import io.crius.cri.v1.ProcessUsage;
import io.crius.cri.v1.PsiData;
import io.crius.cri.v1.PsiStats;
import io.crius.cri.v1.SwapUsage;
import io.crius.cri.v1.UInt64Value;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.PodDefinition;
import io.crius.server.stats.ContainerSample;
import io.crius.server.stats.LayerSize;
import io.crius.server.stats.MeasuredContainer;
import io.crius.server.stats.MeasuredPod;
import io.crius.server.stats.NetworkSample;
import io.crius.server.stats.PodSample;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes what pods and containers use for the wire. What is not known is left out and not 0. */
final class StatsWriter {
    private final Path writableLayers;

    /** {@code writableLayers} is a folder on the file system of writable layers, by which kubelet finds its size. */
    StatsWriter(Path writableLayers) {
        this.writableLayers = writableLayers;
    }

    ContainerStats container(MeasuredContainer measured) {
        ContainerSample sample = measured.sample();
        CgroupUsage usage = sample.usage();
        long at = Times.nanos(sample.at());
        var stats = ContainerStats.newBuilder()
                .setAttributes(attributes(measured.view().definition()))
                .setCpu(cpu(at, usage, sample.nanoCores()));
        usage.memory().ifPresent(memory -> {
            stats.setMemory(memory(at, memory, usage.pressure().memory()));
            memory.swap().ifPresent(swap -> stats.setSwap(swap(at, swap, memory.swapAvailable())));
        });
        sample.layer().ifPresent(layer -> stats.setWritableLayer(layer(layer)));
        usage.pressure().io().ifPresent(pressure -> stats.setIo(io(at, pressure)));
        return stats.build();
    }

    private static ContainerAttributes attributes(ContainerDefinition container) {
        return ContainerAttributes.newBuilder()
                .setId(container.id().value())
                .setMetadata(ContainerMetadata.newBuilder()
                        .setName(container.name().name())
                        .setAttempt(container.name().attempt()))
                .putAllLabels(container.request().labels())
                .putAllAnnotations(container.request().annotations())
                .build();
    }

    PodSandboxStats pod(MeasuredPod measured) {
        PodSample sample = measured.sample();
        CgroupUsage usage = sample.usage();
        long at = Times.nanos(sample.at());
        var linux = LinuxPodSandboxStats.newBuilder().setCpu(cpu(at, usage, sample.nanoCores()));
        usage.memory()
                .ifPresent(memory ->
                        linux.setMemory(memory(at, memory, usage.pressure().memory())));
        usage.pids()
                .ifPresent(pids -> linux.setProcess(
                        ProcessUsage.newBuilder().setTimestamp(at).setProcessCount(number(pids))));
        sample.network().ifPresent(network -> linux.setNetwork(network(at, network)));
        usage.pressure().io().ifPresent(pressure -> linux.setIo(io(at, pressure)));
        measured.containers().forEach(container -> linux.addContainers(container(container)));
        return PodSandboxStats.newBuilder()
                .setAttributes(attributes(measured.pod().definition()))
                .setLinux(linux)
                .build();
    }

    private static PodSandboxAttributes attributes(PodDefinition pod) {
        return PodSandboxAttributes.newBuilder()
                .setId(pod.id().value())
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(pod.name().name())
                        .setNamespace(pod.name().namespace())
                        .setUid(pod.name().uid())
                        .setAttempt(pod.name().attempt()))
                .putAllLabels(pod.request().labels())
                .putAllAnnotations(pod.request().annotations())
                .build();
    }

    private static CpuUsage cpu(long at, CgroupUsage usage, OptionalLong nanoCores) {
        var cpu = CpuUsage.newBuilder().setTimestamp(at);
        usage.cpuNanos().ifPresent(nanos -> cpu.setUsageCoreNanoSeconds(number(nanos)));
        nanoCores.ifPresent(rate -> cpu.setUsageNanoCores(number(rate)));
        usage.pressure().cpu().ifPresent(pressure -> cpu.setPsi(psi(pressure)));
        return cpu.build();
    }

    private static MemoryUsage memory(long at, io.crius.cgroup.MemoryUsage usage, Optional<Pressure> pressure) {
        var memory = MemoryUsage.newBuilder()
                .setTimestamp(at)
                .setWorkingSetBytes(number(usage.workingSet()))
                .setAvailableBytes(number(usage.available()))
                .setUsageBytes(number(usage.usage()))
                .setRssBytes(number(usage.rss()))
                .setPageFaults(number(usage.pageFaults()))
                .setMajorPageFaults(number(usage.majorPageFaults()));
        pressure.ifPresent(p -> memory.setPsi(psi(p)));
        return memory.build();
    }

    private static SwapUsage swap(long at, long used, OptionalLong available) {
        return SwapUsage.newBuilder()
                .setTimestamp(at)
                .setSwapUsageBytes(number(used))
                .setSwapAvailableBytes(number(available.orElse(0)))
                .build();
    }

    private FilesystemUsage layer(LayerSize layer) {
        return FilesystemUsage.newBuilder()
                .setTimestamp(Times.nanos(layer.at()))
                .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(writableLayers.toString()))
                .setUsedBytes(number(layer.bytes()))
                .setInodesUsed(number(layer.inodes()))
                .build();
    }

    private static IoUsage io(long at, Pressure pressure) {
        return IoUsage.newBuilder().setTimestamp(at).setPsi(psi(pressure)).build();
    }

    private static PsiStats psi(Pressure pressure) {
        return PsiStats.newBuilder()
                .setFull(psi(pressure.full()))
                .setSome(psi(pressure.some()))
                .build();
    }

    private static PsiData psi(Pressure.Share share) {
        return PsiData.newBuilder()
                .setTotal(share.totalMicros())
                .setAvg10(share.avg10())
                .setAvg60(share.avg60())
                .setAvg300(share.avg300())
                .build();
    }

    private static NetworkUsage network(long at, NetworkSample sample) {
        var network = NetworkUsage.newBuilder().setTimestamp(at);
        sample.standard().ifPresent(counters -> network.setDefaultInterface(counters(counters)));
        sample.others().forEach(counters -> network.addInterfaces(counters(counters)));
        return network.build();
    }

    private static NetworkInterfaceUsage counters(NetworkSample.Counters counters) {
        return NetworkInterfaceUsage.newBuilder()
                .setName(counters.name())
                .setRxBytes(number(counters.received().bytes()))
                .setRxErrors(number(counters.received().errors()))
                .setTxBytes(number(counters.sent().bytes()))
                .setTxErrors(number(counters.sent().errors()))
                .build();
    }

    private static UInt64Value number(long value) {
        return UInt64Value.newBuilder().setValue(value).build();
    }
}

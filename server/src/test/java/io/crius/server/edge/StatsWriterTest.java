package io.crius.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cgroup.CgroupDetail;
import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupUsage;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerMetadata;
import io.crius.cri.v1.ContainerStats;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.LinuxPodSandboxStats;
import io.crius.cri.v1.NetworkInterfaceUsage;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.PodSandboxStats;
import io.crius.cri.v1.PsiData;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.model.ContainerId;
import io.crius.model.ImageId;
import io.crius.model.PodId;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.ContainerStreams;
import io.crius.runtime.PidNamespace;
import io.crius.server.container.ContainerView;
import io.crius.server.node.FakeHandler;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerState;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Pod;
import io.crius.server.stats.ContainerSample;
import io.crius.server.stats.LayerSize;
import io.crius.server.stats.MeasuredContainer;
import io.crius.server.stats.MeasuredPod;
import io.crius.server.stats.NetworkSample;
import io.crius.server.stats.PodSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every field of the statistics, from files of cgroups as kernels write them. */
class StatsWriterTest {
    private static final PodId POD = new PodId("a".repeat(64));
    private static final ContainerId CONTAINER = new ContainerId("b".repeat(64));
    private static final CgroupPath CGROUP = new CgroupPath("/pods/web");
    private static final Instant AT = Instant.ofEpochSecond(1_700_000_000, 5);
    private static final long AT_NANOS = 1_700_000_000_000_000_005L;

    private static final String CPU_PRESSURE = """
            some avg10=27.69 avg60=35.32 avg300=20.25 total=102881589
            full avg10=0.50 avg60=0.25 avg300=0.75 total=7
            """;
    private static final String MEMORY_PRESSURE = """
            some avg10=1.00 avg60=2.00 avg300=3.00 total=44
            full avg10=4.00 avg60=5.00 avg300=6.00 total=55
            """;
    private static final String IO_PRESSURE = """
            some avg10=0.11 avg60=0.22 avg300=0.33 total=1234
            full avg10=0.44 avg60=0.55 avg300=0.66 total=987
            """;

    @TempDir
    Path root;

    private final StatsWriter writer = new StatsWriter(Path.of("/var/lib/layers"));

    private void write(String hierarchy, String file, String text) throws IOException {
        Path folder = Files.createDirectories(
                root.resolve(hierarchy).resolve(CGROUP.value().substring(1)));
        Files.writeString(folder.resolve(file), text);
    }

    /** As Linux 6.1 writes them. */
    private CgroupUsage v2() throws IOException {
        write("unified", "cpu.stat", "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n");
        write("unified", "memory.current", "10485760\n");
        write("unified", "memory.max", "20971520\n");
        write("unified", "memory.stat", "anon 4096\nfile 8192\ninactive_file 485760\npgfault 77\npgmajfault 3\n");
        write("unified", "memory.swap.current", "100\n");
        write("unified", "memory.swap.max", "1000\n");
        write("unified", "pids.current", "12\n");
        writePressure();
        return CgroupTree.of(new CgroupLayout(
                        CgroupLayout.Mode.V2, Map.of(), Set.of(), Optional.of(root.resolve("unified"))))
                .usage(CGROUP)
                .orElseThrow();
    }

    private void writePressure() throws IOException {
        write("unified", "cpu.pressure", CPU_PRESSURE);
        write("unified", "memory.pressure", MEMORY_PRESSURE);
        write("unified", "io.pressure", IO_PRESSURE);
    }

    /** The same numbers as the first version has them. */
    private CgroupUsage v1(boolean unified) throws IOException {
        write("cpuacct", "cpuacct.usage", "1234567000\n");
        write("memory", "memory.usage_in_bytes", "10485760\n");
        write("memory", "memory.limit_in_bytes", "20971520\n");
        write("memory", "memory.memsw.usage_in_bytes", "10485860\n");
        write("memory", "memory.memsw.limit_in_bytes", "20972520\n");
        write(
                "memory",
                "memory.stat",
                "rss 1\ninactive_file 2\ntotal_rss 4096\ntotal_pgfault 77\ntotal_pgmajfault 3\ntotal_inactive_file 485760\n");
        write("pids", "pids.current", "12\n");
        if (unified) {
            writePressure();
        }
        var layout = new CgroupLayout(
                unified ? CgroupLayout.Mode.HYBRID : CgroupLayout.Mode.V1,
                Map.of(
                        "cpuacct", root.resolve("cpuacct"),
                        "memory", root.resolve("memory"),
                        "pids", root.resolve("pids")),
                Set.of(),
                unified ? Optional.of(root.resolve("unified")) : Optional.empty());
        return CgroupTree.of(layout).usage(CGROUP).orElseThrow();
    }

    private static MeasuredContainer measured(CgroupUsage usage, Optional<LayerSize> layer, OptionalLong rate) {
        return new MeasuredContainer(
                new ContainerView(definition(), new ContainerState.Creating(), LinuxResources.NONE),
                new ContainerSample(AT, usage, rate, CgroupDetail.NONE, Optional.empty(), layer));
    }

    private static ContainerDefinition definition() {
        byte[] wire = CreateContainerRequest.newBuilder()
                .setConfig(ContainerConfig.newBuilder()
                        .setMetadata(
                                ContainerMetadata.newBuilder().setName("main").setAttempt(3))
                        .setImage(ImageSpec.newBuilder().setImage("busybox"))
                        .putLabels("app", "web")
                        .putAnnotations("note", "text"))
                .setSandboxConfig(PodSandboxConfig.getDefaultInstance())
                .build()
                .toByteArray();
        var bundle = new ContainerBundle(
                CONTAINER,
                "k8s_main_web_default_uid-1_3",
                FakeHandler.named("runc"),
                new ContainerFolders(Path.of("/run/c"), Path.of("/var/c")),
                "/pods/web",
                new ContainerLog(Path.of("/logs/main.log"), OptionalLong.empty()),
                ContainerStreams.OUTPUT,
                PidNamespace.OWN);
        return new ContainerDefinition(
                Instant.EPOCH,
                new WireRequests().container(POD, wire),
                "k8s_main_web_default_uid-1_3",
                new ImageId("c".repeat(64)),
                "busybox",
                "busybox@sha256:c",
                "SIGTERM",
                Map.of(),
                bundle);
    }

    private Pod pod() {
        byte[] wire = RunPodSandboxRequest.newBuilder()
                .setConfig(PodSandboxConfig.newBuilder()
                        .setMetadata(PodSandboxMetadata.newBuilder()
                                .setName("web")
                                .setNamespace("default")
                                .setUid("uid-1")
                                .setAttempt(2))
                        .putLabels("app", "web")
                        .putAnnotations("note", "pod"))
                .build()
                .toByteArray();
        return PlannedPod.of(root.resolve("journals"), POD, wire);
    }

    private static PsiData psi(double avg10, double avg60, double avg300, long total) {
        return PsiData.newBuilder()
                .setAvg10(avg10)
                .setAvg60(avg60)
                .setAvg300(avg300)
                .setTotal(total)
                .build();
    }

    private static void isTheSame(ContainerStats stats) {
        assertThat(stats.getAttributes().getId()).isEqualTo(CONTAINER.value());
        assertThat(stats.getAttributes().getMetadata())
                .isEqualTo(ContainerMetadata.newBuilder()
                        .setName("main")
                        .setAttempt(3)
                        .build());
        assertThat(stats.getAttributes().getLabelsMap()).containsExactly(Map.entry("app", "web"));
        assertThat(stats.getAttributes().getAnnotationsMap()).containsExactly(Map.entry("note", "text"));
        assertThat(stats.getCpu().getTimestamp()).isEqualTo(AT_NANOS);
        assertThat(stats.getCpu().getUsageCoreNanoSeconds().getValue()).isEqualTo(1_234_567_000);
        assertThat(stats.getCpu().getUsageNanoCores().getValue()).isEqualTo(250_000_000);
        var memory = stats.getMemory();
        assertThat(memory.getTimestamp()).isEqualTo(AT_NANOS);
        assertThat(memory.getUsageBytes().getValue()).isEqualTo(10_485_760);
        assertThat(memory.getWorkingSetBytes().getValue()).isEqualTo(10_000_000);
        assertThat(memory.getAvailableBytes().getValue()).isEqualTo(10_971_520);
        assertThat(memory.getRssBytes().getValue()).isEqualTo(4096);
        assertThat(memory.getPageFaults().getValue()).isEqualTo(77);
        assertThat(memory.getMajorPageFaults().getValue()).isEqualTo(3);
        assertThat(stats.getSwap().getTimestamp()).isEqualTo(AT_NANOS);
        assertThat(stats.getSwap().getSwapUsageBytes().getValue()).isEqualTo(100);
        assertThat(stats.getSwap().getSwapAvailableBytes().getValue()).isEqualTo(900);
    }

    private static void hasPressure(ContainerStats stats) {
        assertThat(stats.getCpu().getPsi().getSome()).isEqualTo(psi(27.69, 35.32, 20.25, 102_881_589));
        assertThat(stats.getCpu().getPsi().getFull()).isEqualTo(psi(0.5, 0.25, 0.75, 7));
        assertThat(stats.getMemory().getPsi().getSome()).isEqualTo(psi(1, 2, 3, 44));
        assertThat(stats.getMemory().getPsi().getFull()).isEqualTo(psi(4, 5, 6, 55));
        assertThat(stats.getIo().getTimestamp()).isEqualTo(AT_NANOS);
        assertThat(stats.getIo().getPsi().getSome()).isEqualTo(psi(0.11, 0.22, 0.33, 1234));
        assertThat(stats.getIo().getPsi().getFull()).isEqualTo(psi(0.44, 0.55, 0.66, 987));
    }

    @Test
    void bothVersionsOfCgroupsTellTheSame() throws IOException {
        ContainerStats second = writer.container(measured(v2(), Optional.empty(), OptionalLong.of(250_000_000)));
        isTheSame(second);
        hasPressure(second);
        ContainerStats hybrid = writer.container(measured(v1(true), Optional.empty(), OptionalLong.of(250_000_000)));
        assertThat(hybrid).isEqualTo(second);
    }

    @Test
    void aKernelWithoutPressureLeavesItOut() throws IOException {
        ContainerStats stats = writer.container(measured(v1(false), Optional.empty(), OptionalLong.of(250_000_000)));
        isTheSame(stats);
        assertThat(stats.getCpu().hasPsi()).isFalse();
        assertThat(stats.getMemory().hasPsi()).isFalse();
        assertThat(stats.hasIo()).isFalse();
    }

    @Test
    void theWritableLayerIsOnTheFileSystemThatKubeletCanFind() throws IOException {
        var size = new LayerSize(AT.plusSeconds(1), 5_000_000, 42);
        ContainerStats stats = writer.container(measured(v2(), Optional.of(size), OptionalLong.empty()));
        var layer = stats.getWritableLayer();
        assertThat(layer.getTimestamp()).isEqualTo(AT_NANOS + 1_000_000_000);
        assertThat(layer.getFsId().getMountpoint()).isEqualTo("/var/lib/layers");
        assertThat(layer.getUsedBytes().getValue()).isEqualTo(5_000_000);
        assertThat(layer.getInodesUsed().getValue()).isEqualTo(42);
        assertThat(stats.getCpu().hasUsageNanoCores()).isFalse();
    }

    @Test
    void whatIsNotMeasuredIsLeftOutAndNotZero() {
        ContainerStats stats = writer.container(measured(CgroupUsage.NONE, Optional.empty(), OptionalLong.empty()));
        assertThat(stats.getCpu().hasUsageCoreNanoSeconds()).isFalse();
        assertThat(stats.hasMemory()).isFalse();
        assertThat(stats.hasSwap()).isFalse();
        assertThat(stats.hasWritableLayer()).isFalse();
        assertThat(stats.hasIo()).isFalse();
    }

    @Test
    void aPodHasItsOwnNumbersAndThoseOfItsContainers() throws IOException {
        CgroupUsage usage = v2();
        var network = new NetworkSample(
                Optional.of(new NetworkSample.Counters(
                        "eth0", new NetworkSample.Direction(1, 2, 3, 4), new NetworkSample.Direction(5, 6, 7, 8))),
                List.of(new NetworkSample.Counters(
                        "net1",
                        new NetworkSample.Direction(10, 20, 30, 40),
                        new NetworkSample.Direction(50, 60, 70, 80))));
        MeasuredContainer container = measured(usage, Optional.empty(), OptionalLong.empty());
        PodSandboxStats stats = writer.pod(new MeasuredPod(
                pod(), new PodSample(AT, usage, OptionalLong.of(99), Optional.of(network)), List.of(container)));
        assertThat(stats.getAttributes().getId()).isEqualTo(POD.value());
        assertThat(stats.getAttributes().getMetadata().getName()).isEqualTo("web");
        assertThat(stats.getAttributes().getMetadata().getNamespace()).isEqualTo("default");
        assertThat(stats.getAttributes().getMetadata().getUid()).isEqualTo("uid-1");
        assertThat(stats.getAttributes().getMetadata().getAttempt()).isEqualTo(2);
        assertThat(stats.getAttributes().getLabelsMap()).containsEntry("app", "web");
        assertThat(stats.getAttributes().getAnnotationsMap()).containsEntry("note", "pod");
        LinuxPodSandboxStats linux = stats.getLinux();
        ContainerStats own = writer.container(container);
        assertThat(linux.getCpu().getUsageNanoCores().getValue()).isEqualTo(99);
        assertThat(linux.getCpu().getPsi()).isEqualTo(own.getCpu().getPsi());
        assertThat(linux.getMemory()).isEqualTo(own.getMemory());
        assertThat(linux.getIo()).isEqualTo(own.getIo());
        assertThat(linux.getProcess().getTimestamp()).isEqualTo(AT_NANOS);
        assertThat(linux.getProcess().getProcessCount().getValue()).isEqualTo(12);
        assertThat(linux.getContainersList()).containsExactly(own);
        assertThat(linux.getNetwork().getTimestamp()).isEqualTo(AT_NANOS);
        isInterface(linux.getNetwork().getDefaultInterface(), "eth0", 1, 3, 5, 7);
        assertThat(linux.getNetwork().getInterfacesList())
                .singleElement()
                .satisfies(other -> isInterface(other, "net1", 10, 30, 50, 70));
    }

    private static void isInterface(
            NetworkInterfaceUsage usage, String name, long received, long badIn, long sent, long badOut) {
        assertThat(usage.getName()).isEqualTo(name);
        assertThat(usage.getRxBytes().getValue()).isEqualTo(received);
        assertThat(usage.getRxErrors().getValue()).isEqualTo(badIn);
        assertThat(usage.getTxBytes().getValue()).isEqualTo(sent);
        assertThat(usage.getTxErrors().getValue()).isEqualTo(badOut);
    }

    @Test
    void aPodOnTheNodesNetworkTellsNoTraffic() {
        PodSandboxStats stats = writer.pod(new MeasuredPod(
                pod(), new PodSample(AT, CgroupUsage.NONE, OptionalLong.empty(), Optional.empty()), List.of()));
        assertThat(stats.getLinux().hasNetwork()).isFalse();
        assertThat(stats.getLinux().hasProcess()).isFalse();
        assertThat(stats.getLinux().hasMemory()).isFalse();
    }
}

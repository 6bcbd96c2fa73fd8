package io.crius.server.container.spec;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupfsCgroups;
import io.crius.cgroup.Cgroups;
import io.crius.cgroup.Controllers;
import io.crius.cgroup.SystemdCgroups;
import io.crius.cgroup.SystemdUnits;
import io.crius.config.CgroupDriver;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerMetadata;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.LinuxContainerSecurityContext;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.cri.v1.SecurityProfile;
import io.crius.model.ContainerId;
import io.crius.model.ImageId;
import io.crius.model.PodId;
import io.crius.network.pod.PodNamespace;
import io.crius.network.pod.PodPins;
import io.crius.oci.Capability;
import io.crius.oci.image.ImageDefaults;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.ContainerStreams;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeHandler;
import io.crius.server.annotation.PodAnnotations;
import io.crius.server.annotation.Workload;
import io.crius.server.annotation.WorkloadResources;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.edge.WireRequests;
import io.crius.server.node.HandlerRules;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.PodChoices;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodLabels;
import io.crius.server.state.PodPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** A request from the wire, with the decisions about it that the operations make, turned into a spec. */
public final class SpecFixture {
    static final Set<Capability> AVAILABLE =
            EnumSet.complementOf(EnumSet.of(Capability.CAP_SYS_RESOURCE, Capability.CAP_SYS_MODULE));
    private Optional<String> pidNamespace = Optional.empty();

    /** The daemon's unit, on a node whose cgroups systemd makes. */
    Optional<String> daemon = Optional.empty();

    private static final PodId POD = new PodId("a".repeat(64));
    private static final ContainerId CONTAINER = new ContainerId("b".repeat(64));

    final ContainerConfig.Builder config = ContainerConfig.newBuilder();
    final PodSandboxConfig.Builder pod = PodSandboxConfig.newBuilder();
    ImageDefaults image = ImageDefaults.NONE;
    Resolved user = new Resolved(0, 0, List.of(0L), "/root", "root");
    HandlerRules handler = HandlerRules.NONE;
    List<GrantedMount> mounts = List.of();
    Map<String, Path> ownFiles = Map.of();
    List<Workload> workloads = List.of();
    NodeAdditions additions = NodeAdditions.NONE;
    NodeRules.ProcessRules process = new NodeRules.ProcessRules(List.of(), List.of(), 0, 0);
    NodeRules.Inheritance inheritance = NodeRules.Inheritance.NOT_INHERITABLE;
    Controllers controllers = new Controllers(Set.of("cpu", "memory", "pids", "cpuset", "hugetlb"), true);
    NodeRules.Hierarchy hierarchy = NodeRules.Hierarchy.V1;
    long pids;
    NodeRules.CpuRules cpus = NodeRules.CpuRules.NONE;
    NodeRules.Support seccomp = NodeRules.Support.THERE;
    Optional<Path> privilegedSeccomp = Optional.empty();
    NodeRules.AppArmorRules apparmor = NodeRules.AppArmorRules.NONE;
    Optional<SelinuxLabels> selinux = Optional.empty();
    PodLabels labels = PodLabels.NONE;
    NodeRules.FileRules files = NodeRules.FileRules.DEFAULT;

    public SpecFixture() {
        config.setMetadata(ContainerMetadata.newBuilder().setName("main"));
        config.setImage(ImageSpec.newBuilder().setImage("busybox"));
        config.addCommand("/bin/true");
        pod.setMetadata(PodSandboxMetadata.newBuilder()
                .setName("web")
                .setNamespace("default")
                .setUid("uid-1"));
    }

    SpecFixture security(Consumer<LinuxContainerSecurityContext.Builder> change) {
        var security = config.getLinux().getSecurityContext().toBuilder();
        change.accept(security);
        config.setLinux(config.getLinux().toBuilder().setSecurityContext(security));
        return this;
    }

    SpecFixture capabilities(Consumer<io.crius.cri.v1.Capability.Builder> change) {
        return security(s -> {
            var capabilities = s.getCapabilities().toBuilder();
            change.accept(capabilities);
            s.setCapabilities(capabilities);
        });
    }

    public SpecFixture resources(Consumer<LinuxContainerResources.Builder> change) {
        var resources = config.getLinux().getResources().toBuilder();
        change.accept(resources);
        config.setLinux(config.getLinux().toBuilder().setResources(resources));
        return this;
    }

    public ContainerConfig.Builder config() {
        return config;
    }

    /** The request as the edge reads it. */
    public ContainerRequest request() {
        return new WireRequests()
                .container(
                        POD,
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(POD.value())
                                .setConfig(config)
                                .setSandboxConfig(pod)
                                .build()
                                .toByteArray());
    }

    RuntimeSpec spec() {
        return new SpecGenerator(rules()).generate(facts());
    }

    NodeRules rules() {
        CgroupTree tree = CgroupTree.of(new CgroupLayout(CgroupLayout.Mode.V1, Map.of(), Set.of(), Optional.empty()));
        Cgroups cgroups =
                daemon.isPresent() ? new SystemdCgroups(tree, new NamedUnit(daemon.get())) : new CgroupfsCgroups(tree);
        return new NodeRules(
                process,
                new NodeRules.CapabilityRules(Capability.DEFAULTS, AVAILABLE, inheritance),
                new NodeRules.LimitRules(cgroups, controllers, hierarchy, pids),
                cpus,
                new NodeRules.SeccompRules(seccomp, "amd64", SeccompProfile::runtimeDefault, privilegedSeccomp),
                apparmor,
                selinux,
                files);
    }

    /** systemd as far as specs ask for it. */
    private record NamedUnit(String own) implements SystemdUnits {
        @Override
        public void startScope(String unit, String slice, long pid) {
            throw new AssertionError("a spec starts no scope");
        }

        @Override
        public void stop(String unit) {
            throw new AssertionError("a spec stops no unit");
        }
    }

    /** Joins the PID namespace at a path. */
    public SpecFixture joining(String path) {
        pidNamespace = Optional.of(path);
        return this;
    }

    SpecFacts facts() {
        ContainerRequest request = request();
        return new SpecFacts(
                podDefinition(),
                List.of("10.0.0.7"),
                container(request),
                image,
                Path.of("/rootfs"),
                user,
                pidNamespace,
                handler,
                List.of(),
                mounts,
                ownFiles,
                PodAnnotations.of(pod.getAnnotationsMap(), handler.annotations(), workloads)
                        .container("main", request.annotations()),
                additions);
    }

    /** With labels of SELinux, of which {@code level} is the pod's own. */
    public void labels(SelinuxLabels node, String level) {
        selinux = Optional.of(node);
        labels = node.pod(podDefinition().request(), () -> level);
    }

    public void seccomp(SecurityProfile profile) {
        var _ = security(s -> s.setSeccomp(profile));
    }

    public void privileged() {
        var _ = security(s -> s.setPrivileged(true));
    }

    public ContainerDefinition container() {
        return container(request());
    }

    public PodDefinition podDefinition() {
        var pins = new PodPins(
                POD,
                Map.of(
                        PodNamespace.NETWORK, Path.of("/ns/net"),
                        PodNamespace.IPC, Path.of("/ns/ipc"),
                        PodNamespace.UTS, Path.of("/ns/uts")));
        byte[] wire = RunPodSandboxRequest.newBuilder().setConfig(pod).build().toByteArray();
        return new PodDefinition(
                POD,
                Instant.EPOCH,
                new WireRequests().pod(wire),
                "runc",
                "web-host",
                Path.of("/logs"),
                daemon.isPresent() ? "pods-web.slice" : "/pods/web",
                new PodPlan(
                        pins,
                        Path.of("/run/pod"),
                        Optional.of(Path.of("/run/pod/shm")),
                        Optional.empty(),
                        PodPlan.HostPortKeeper.NOBODY,
                        new PodChoices(
                                PodChoices.USUAL_SHARED_MEMORY, Optional.empty(), labels, WorkloadResources.NONE)));
    }

    private static ContainerDefinition container(ContainerRequest request) {
        return new ContainerDefinition(
                Instant.EPOCH,
                request,
                "k8s_main_web_default_uid-1_0",
                new ImageId("c".repeat(64)),
                "busybox",
                "busybox@sha256:c",
                "SIGTERM",
                Map.of(),
                bundle());
    }

    private static ContainerBundle bundle() {
        return new ContainerBundle(
                CONTAINER,
                "k8s_main_web_default_uid-1_0",
                new RuntimeHandler(
                        "runc",
                        Path.of("/bin/runc"),
                        Path.of("/run/runc"),
                        CgroupDriver.CGROUPFS,
                        new RuntimeHandler.MonitorProgram(
                                Path.of("/bin/conmon"), List.of(), RuntimeHandler.MonitorOptions.DEFAULT),
                        Duration.ofSeconds(30)),
                new ContainerFolders(Path.of("/run/c"), Path.of("/var/c")),
                "/pods/web",
                new ContainerLog(Path.of("/logs/main.log"), OptionalLong.empty()),
                ContainerStreams.OUTPUT,
                PidNamespace.OWN);
    }
}

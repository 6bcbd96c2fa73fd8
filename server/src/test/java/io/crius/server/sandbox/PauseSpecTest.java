package io.crius.server.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupfsCgroups;
import io.crius.oci.runtime.Access;
import io.crius.oci.runtime.Capabilities;
import io.crius.oci.runtime.LinuxCpu;
import io.crius.oci.runtime.LinuxNamespace;
import io.crius.oci.runtime.NamespaceType;
import io.crius.oci.runtime.Root;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.annotation.WorkloadResources;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import io.crius.server.container.spec.SpecFixture;
import io.crius.server.state.PodChoices;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodLabels;
import io.crius.server.state.PodPlan;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What pause processes are told, and what the pod's spec says of them. */
class PauseSpecTest {
    private Optional<String> cpus = Optional.empty();
    private WorkloadResources workload = WorkloadResources.NONE;

    private RuntimeSpec spec() {
        var cgroups =
                new CgroupfsCgroups(CgroupTree.of(CgroupLayout.parse("1 1 0:1 / /x rw - cgroup2 cgroup2 rw", "")));
        var rules = new PauseRules(Path.of("/state/pause"), PauseRules.When.ALWAYS, cpus, -999, Hierarchy.V2);
        return new PauseSpec(cgroups, rules).of(pod());
    }

    private PodDefinition pod() {
        PodDefinition usual = new SpecFixture().podDefinition();
        PodPlan plan = usual.plan();
        return new PodDefinition(
                usual.id(),
                usual.createdAt(),
                usual.request(),
                usual.handler(),
                usual.hostname(),
                usual.logDirectory(),
                usual.cgroupParent(),
                new PodPlan(
                        plan.pins(),
                        plan.runFolder(),
                        plan.sharedMemory(),
                        plan.pause(),
                        plan.hostPorts(),
                        new PodChoices(PodChoices.USUAL_SHARED_MEMORY, Optional.empty(), PodLabels.NONE, workload)));
    }

    @Test
    void itMayDoNothingAndSeesNothing() {
        RuntimeSpec spec = spec();
        assertThat(spec.root()).contains(new Root("/state/pause", Access.READ_ONLY));
        assertThat(spec.process().args()).containsExactly("/pause");
        assertThat(spec.process().capabilities()).contains(Capabilities.NONE);
        assertThat(spec.process().noNewPrivileges()).isTrue();
        assertThat(spec.process().user().uid()).isEqualTo(65_535);
        assertThat(spec.process().oomScoreAdj()).isEqualTo(OptionalInt.of(-998));
        assertThat(spec.mounts()).extracting("destination").containsExactly("/proc", "/dev");
        assertThat(spec.linux().maskedPaths()).contains("/proc/kcore", "/proc/keys");
        assertThat(spec.linux().namespaces())
                .contains(
                        LinuxNamespace.at(NamespaceType.NETWORK, "/ns/net"),
                        LinuxNamespace.fresh(NamespaceType.PID),
                        LinuxNamespace.fresh(NamespaceType.CGROUP));
        assertThat(spec.linux().cgroupsPath()).contains("/pods/web/crio-" + "a".repeat(64));
        assertThat(spec.linux().resources().cpu()).isEqualTo(LinuxCpu.NONE.withShares(2));
    }

    @Test
    void itsNameIsCriOs() {
        assertThat(spec().annotations())
                .containsEntry("io.kubernetes.cri-o.ContainerName", "k8s_POD_web_default_uid-1_0")
                .containsEntry("io.kubernetes.cri-o.ContainerType", "sandbox")
                .containsEntry("io.kubernetes.cri-o.SandboxName", "k8s_web_default_uid-1_0");
    }

    @Test
    void itsCpusAreTheNodesUnlessThePodsWorkloadSaysOthers() {
        cpus = Optional.of("0-1");
        assertThat(spec().linux().resources().cpu())
                .isEqualTo(LinuxCpu.NONE.withShares(2).withCpus("0-1"));
        workload =
                WorkloadResources.of(Map.of("cpuset", "3", "cpushares", "5", "cpuperiod", "50000", "cpulimit", "500"));
        assertThat(spec().linux().resources().cpu())
                .isEqualTo(LinuxCpu.NONE
                        .withShares(5)
                        .withCpus("3")
                        .withQuota(25_000)
                        .withPeriod(50_000));
    }

    @Test
    void whatTheWorkloadSaysIsKeptInTheJournal() {
        var resources =
                WorkloadResources.of(Map.of("cpuset", "0-1,3", "cpushares", "5", "cpuquota", "2000", "cpulimit", "7"));
        assertThat(WorkloadResources.of(resources.values())).isEqualTo(resources);
        assertThat(WorkloadResources.NONE.values()).isEmpty();
    }
}

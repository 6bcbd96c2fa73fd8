package io.crius.server.container.spec;

import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.HugepageLimit;
import io.crius.oci.runtime.LinuxCpu;
import io.crius.oci.runtime.LinuxMemory;
import io.crius.oci.runtime.LinuxResources;
import io.crius.oci.runtime.RuntimeSpec;
import java.util.List;

/** The cgroup and its limits. */
final class ResourceStep {
    private final NodeRules rules;

    ResourceStep(NodeRules rules) {
        this.rules = rules;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        String path = rules.cgroups()
                .containerPath(facts.pod().cgroupParent(), facts.container().id());
        return spec.withLinux(l -> l.cgroupsPath(path).resources(resources(facts)));
    }

    private LinuxResources resources(SpecFacts facts) {
        var wanted = facts.request().resources();
        LinuxResources resources = LinuxResources.NONE
                .withDevices(List.of(facts.privileged() ? DeviceRule.ALLOW_ALL : DeviceRule.DENY_ALL))
                .withMemory(memory(wanted))
                .withCpu(cpu(wanted))
                .withHugepageLimits(wanted.hugepages().stream()
                        .map(h -> new HugepageLimit(h.pageSize(), h.limit()))
                        .toList())
                .withUnified(wanted.unified());
        return rules.pidsLimit() > 0 ? resources.withPidsLimit(rules.pidsLimit()) : resources;
    }

    private static LinuxMemory memory(io.crius.server.state.LinuxResources wanted) {
        if (wanted.memoryLimit() == 0) {
            return LinuxMemory.NONE;
        }
        return LinuxMemory.NONE.withLimit(wanted.memoryLimit());
    }

    private static LinuxCpu cpu(io.crius.server.state.LinuxResources wanted) {
        LinuxCpu cpu = LinuxCpu.NONE;
        cpu = wanted.cpuShares() != 0 ? cpu.withShares(wanted.cpuShares()) : cpu;
        cpu = wanted.cpuQuota() != 0 ? cpu.withQuota(wanted.cpuQuota()) : cpu;
        cpu = wanted.cpuPeriod() != 0 ? cpu.withPeriod(wanted.cpuPeriod()) : cpu;
        cpu = wanted.cpusetCpus().isEmpty() ? cpu : cpu.withCpus(wanted.cpusetCpus());
        return wanted.cpusetMems().isEmpty() ? cpu : cpu.withMems(wanted.cpusetMems());
    }
}

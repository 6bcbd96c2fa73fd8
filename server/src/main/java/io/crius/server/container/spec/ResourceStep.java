package io.crius.server.container.spec;

import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.HugepageLimit;
import io.crius.oci.runtime.LinuxCpu;
import io.crius.oci.runtime.LinuxMemory;
import io.crius.oci.runtime.LinuxResources;
import io.crius.oci.runtime.RuntimeSpec;
import java.util.ArrayList;
import java.util.List;

/** The cgroup, its limits, and the devices. */
final class ResourceStep {
    private final NodeRules rules;

    ResourceStep(NodeRules rules) {
        this.rules = rules;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        String path = rules.cgroups()
                .containerPath(facts.pod().cgroupParent(), facts.container().id());
        return spec.withLinux(l -> l.cgroupsPath(path)
                .devices(facts.devices().stream().map(GrantedDevice::device).toList())
                .resources(resources(facts)));
    }

    private LinuxResources resources(SpecFacts facts) {
        var wanted = facts.request().resources();
        LinuxResources resources = LinuxResources.NONE
                .withDevices(deviceRules(facts))
                .withMemory(memory(wanted))
                .withCpu(cpu(wanted))
                .withHugepageLimits(wanted.hugepages().stream()
                        .map(h -> new HugepageLimit(h.pageSize(), h.limit()))
                        .toList())
                .withUnified(wanted.unified());
        return rules.pidsLimit() > 0 ? resources.withPidsLimit(rules.pidsLimit()) : resources;
    }

    private static List<DeviceRule> deviceRules(SpecFacts facts) {
        if (facts.privileged()) {
            return List.of(DeviceRule.ALLOW_ALL);
        }
        var rules = new ArrayList<>(List.of(DeviceRule.DENY_ALL));
        facts.devices().forEach(d -> rules.add(d.rule()));
        return rules;
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

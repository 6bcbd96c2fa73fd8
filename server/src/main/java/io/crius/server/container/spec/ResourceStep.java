package io.crius.server.container.spec;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.HugepageLimit;
import io.crius.oci.runtime.LinuxCpu;
import io.crius.oci.runtime.LinuxMemory;
import io.crius.oci.runtime.LinuxResources;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.annotation.WorkloadResources;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import io.crius.server.container.spec.NodeRules.LimitRules;
import io.crius.server.node.HandlerRules.PrivilegedDevices;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The cgroup, its limits, and the devices. */
final class ResourceStep {
    private static final System.Logger LOG = System.getLogger(ResourceStep.class.getName());

    private final LimitRules rules;

    ResourceStep(LimitRules rules) {
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
                .withMemory(memory(facts))
                .withCpu(workload(facts, cpu(wanted)))
                .withHugepageLimits(hugepages(wanted))
                .withUnified(unified(facts));
        return rules.pids() > 0 && rules.controllers().pids() ? resources.withPidsLimit(rules.pids()) : resources;
    }

    /** Files of the second version of cgroups mean nothing to the first; kubelet sends them whatever the node has. */
    private Map<String, String> unified(SpecFacts facts) {
        Map<String, String> wanted =
                new LinkedHashMap<>(facts.request().resources().unified());
        facts.annotations()
                .find(SpecialAnnotation.UNIFIED_CGROUP)
                .ifPresent(text -> wanted.putAll(UnifiedAnnotation.parse(facts.name(), text)));
        if (rules.hierarchy() == Hierarchy.V2 || wanted.isEmpty()) {
            return wanted;
        }
        LOG.log(
                WARNING,
                () -> "container " + facts.name() + ": resources.unified " + wanted.keySet()
                        + " is ignored: this node has the first version of cgroups");
        return Map.of();
    }

    /** Compat: without the controller a limit of huge pages is left out. */
    private List<HugepageLimit> hugepages(io.crius.server.state.LinuxResources wanted) {
        return !rules.controllers().hugetlb()
                ? List.of()
                : wanted.hugepages().stream()
                        .map(h -> new HugepageLimit(h.pageSize(), h.limit()))
                        .toList();
    }

    private static List<DeviceRule> deviceRules(SpecFacts facts) {
        if (facts.privileged() && facts.handler().privilegedDevices() == PrivilegedDevices.ALL) {
            return List.of(DeviceRule.ALLOW_ALL);
        }
        var rules = new ArrayList<>(List.of(DeviceRule.DENY_ALL));
        facts.devices().forEach(d -> rules.add(d.rule()));
        return rules;
    }

    /** Compat: memory and swap together are limited to the memory's limit where the request has no other for them. */
    private LinuxMemory memory(SpecFacts facts) {
        var wanted = facts.request().resources();
        LinuxMemory memory =
                wanted.memoryLimit() == 0 ? LinuxMemory.NONE : LinuxMemory.NONE.withLimit(wanted.memoryLimit());
        if (!rules.controllers().swap()) {
            return memory;
        }
        if (wanted.memorySwapLimit() == 0) {
            return wanted.memoryLimit() == 0 ? memory : memory.withSwap(wanted.memoryLimit());
        }
        if (wanted.memorySwapLimit() > 0 && wanted.memorySwapLimit() < wanted.memoryLimit()) {
            throw new CriusException.InvalidArgument("container " + facts.name()
                    + " create failed because memory swap limit (" + wanted.memorySwapLimit()
                    + ") cannot be lower than memory limit (" + wanted.memoryLimit() + ")");
        }
        return memory.withSwap(wanted.memorySwapLimit());
    }

    /** Compat: the resources of a workload class beat those of the request, which kubelet computes as if there were none. */
    private static LinuxCpu workload(SpecFacts facts, LinuxCpu cpu) {
        Optional<WorkloadResources> workload = facts.annotations().workload();
        if (workload.isEmpty()) {
            return cpu;
        }
        WorkloadResources wanted = workload.get();
        OptionalLong quota = wanted.effectiveQuota(facts.request().resources().cpuPeriod());
        LinuxCpu given =
                wanted.shares().isPresent() ? cpu.withShares(wanted.shares().getAsLong()) : cpu;
        given = wanted.period().isPresent() ? given.withPeriod(wanted.period().getAsLong()) : given;
        given = quota.isPresent() ? given.withQuota(quota.getAsLong()) : given;
        return wanted.cpus().isPresent() ? given.withCpus(wanted.cpus().get()) : given;
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

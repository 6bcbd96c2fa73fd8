package io.crius.server.container;

import io.crius.cgroup.CpuSet;
import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.LinuxCpu;
import io.crius.oci.runtime.LinuxMemory;
import io.crius.oci.runtime.SpecProcess;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import io.crius.server.container.spec.NodeRules.LimitRules;
import io.crius.server.cpu.CpuGrant;
import io.crius.server.state.LinuxResources;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A change of a container's limits, worked out: what holds afterwards, and what has to be told to whom.
 *
 * <p>Only what the change touches is told: a limit that somebody else set meanwhile, kubelet's static CPUs say, is left alone.
 * Quota and period are told together, since each means nothing without the other.
 *
 * @param result the limits that hold afterwards
 * @param document what the OCI runtime is told
 * @param hugepages what is written by the daemon itself. Compat: {@code runc update} knows no huge pages
 */
record ResourceChange(
        LinuxResources result,
        io.crius.oci.runtime.LinuxResources document,
        List<LinuxResources.HugepageLimit> hugepages) {
    /** A period that was never told. Kernel: sched-bwc.rst, the default. */
    private static final long DEFAULT_PERIOD_MICROS = 100_000;

    /**
     * What has to happen for the changes.
     *
     * @param grant what the container may use beyond them; told, and not in {@code result}, which is what kubelet compares
     * @throws CriusException.InvalidArgument where they contradict each other or what holds
     */
    static ResourceChange of(
            String container, LinuxResources before, LinuxResources changes, LimitRules node, CpuGrant grant) {
        LinuxResources after = before.with(changes);
        boolean memory = changes.memoryLimit() != 0 || changes.memorySwapLimit() != 0;
        if (memory && changes.memorySwapLimit() == 0) {
            after = after.withMemorySwapLimit(inheritedSwap(before, after.memoryLimit()));
        }
        checkSwap(container, after);
        var document = io.crius.oci.runtime.LinuxResources.NONE
                .withCpu(cpu(changes, after, grant))
                .withUnified(node.hierarchy() == Hierarchy.V2 ? changes.unified() : Map.of());
        return new ResourceChange(
                after,
                memory ? document.withMemory(memory(after, node)) : document,
                node.controllers().hugetlb() ? changes.hugepages() : List.of());
    }

    /** A limit of swap that was asked for stays while it is possible; else there is none beyond memory's, as at the creation. */
    private static long inheritedSwap(LinuxResources before, long memory) {
        boolean possible = before.memorySwapLimit() < 0 || before.memorySwapLimit() >= memory;
        return possible ? before.memorySwapLimit() : 0;
    }

    private static void checkSwap(String container, LinuxResources after) {
        if (after.memorySwapLimit() > 0 && after.memorySwapLimit() < after.memoryLimit()) {
            throw new CriusException.InvalidArgument("update the resources of container " + container
                    + ": memory_swap_limit_in_bytes " + after.memorySwapLimit()
                    + " is lower than memory_limit_in_bytes "
                    + after.memoryLimit() + ", and counts memory and swap together; nothing was changed");
        }
        if (after.memorySwapLimit() > 0 && after.memoryLimit() == 0) {
            throw new CriusException.InvalidArgument("update the resources of container " + container
                    + ": memory_swap_limit_in_bytes " + after.memorySwapLimit() + " means nothing without a"
                    + " memory_limit_in_bytes; nothing was changed");
        }
    }

    private static LinuxCpu cpu(LinuxResources changes, LinuxResources after, CpuGrant grant) {
        LinuxCpu cpu = LinuxCpu.NONE;
        cpu = changes.cpuShares() != 0 ? cpu.withShares(changes.cpuShares()) : cpu;
        if (changes.cpuQuota() != 0 || changes.cpuPeriod() != 0) {
            long period = after.cpuPeriod() == 0 ? DEFAULT_PERIOD_MICROS : after.cpuPeriod();
            long quota = grant.quota(after.cpuQuota(), period, after.cpusetCpus());
            cpu = cpu.withPeriod(period);
            cpu = quota == 0 ? cpu : cpu.withQuota(quota);
        }
        cpu = changes.cpusetCpus().isEmpty() ? cpu : cpu.withCpus(grant.cpus(changes.cpusetCpus()));
        return changes.cpusetMems().isEmpty() ? cpu : cpu.withMems(changes.cpusetMems());
    }

    private static LinuxMemory memory(LinuxResources after, LimitRules node) {
        LinuxMemory memory =
                after.memoryLimit() == 0 ? LinuxMemory.NONE : LinuxMemory.NONE.withLimit(after.memoryLimit());
        if (!node.controllers().swap()) {
            return memory;
        }
        long swap = after.memorySwapLimit() == 0 ? after.memoryLimit() : after.memorySwapLimit();
        return swap == 0 ? memory : memory.withSwap(swap);
    }

    /** The runtime spec of the container with the new limits in it. */
    JsonObject in(JsonObject spec) {
        JsonObject linux = spec.object("linux").orElse(JsonObject.EMPTY);
        JsonObject resources = linux.object("resources").orElse(JsonObject.EMPTY);
        var merged = resources.toBuilder();
        document.toJson().fields().forEach((key, told) -> {
            JsonObject before = resources.object(key).orElse(JsonObject.EMPTY);
            merged.put(
                    key,
                    told instanceof JsonObject fields
                            ? before.toBuilder().putAll(fields.fields()).build()
                            : told);
        });
        return moved(spec)
                .put("linux", linux.toBuilder().put("resources", merged.build()).build())
                .build();
    }

    /** Commands of exec that were to run on a CPU which the container has no longer run on its first one. */
    private JsonObject.Builder moved(JsonObject spec) {
        JsonObject.Builder changed = spec.toBuilder();
        Optional<String> cpus = document.cpu().cpus();
        Optional<SpecProcess> process = spec.object("process", SpecProcess::fromJson);
        Optional<String> affinity = process.flatMap(SpecProcess::execCpuAffinity);
        if (cpus.isEmpty() || affinity.isEmpty()) {
            return changed;
        }
        CpuSet usable = CpuSet.parse(cpus.get());
        boolean gone = CpuSet.parse(affinity.get()).without(usable).size() > 0;
        String first = Integer.toString(usable.stream().findFirst().orElseThrow());
        return gone
                ? changed.put(
                        "process",
                        process.get().with(p -> p.execCpuAffinity(first)).toJson())
                : changed;
    }

    boolean tellsTheRuntime() {
        return !document.toJson().isEmpty();
    }
}

package io.crius.server.container.spec;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CpuSet;
import io.crius.config.ExecCpus;
import io.crius.model.CriusException;
import io.crius.oci.runtime.LinuxCpu;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.container.spec.NodeRules.CpuRules;
import io.crius.server.cpu.CpuGrant;
import io.crius.server.cpu.CpuWishes;
import io.crius.server.state.LinuxResources;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * CPUs that a container has to itself, and those that it shares by annotation. Compat: what it has is told in its environment, by
 * names that OpenShift's tools look for.
 */
public final class CpuStep {
    private static final System.Logger LOG = System.getLogger(CpuStep.class.getName());

    private static final long SHARES_OF_A_CPU = 1024;

    private final CpuRules rules;

    CpuStep(CpuRules rules) {
        this.rules = rules;
    }

    /** Whether the container has whole CPUs, which are its alone. Compat: known by its weight and its set of CPUs. */
    public static boolean hasWholeCpus(LinuxResources resources) {
        return !resources.cpusetCpus().isEmpty()
                && resources.cpuShares() > 0
                && resources.cpuShares() % SHARES_OF_A_CPU == 0;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        return ofExec(facts, wished(facts, spec));
    }

    /** Compat: shared CPUs are for commands, so that those do not disturb what runs on the others. */
    private RuntimeSpec ofExec(SpecFacts facts, RuntimeSpec spec) {
        Optional<String> cpus = spec.linux().resources().cpu().cpus();
        if (facts.handler().execCpus() == ExecCpus.ALL || cpus.isEmpty()) {
            return spec;
        }
        boolean sharing = hasWholeCpus(facts.request().resources())
                && CpuWishes.of(facts.name(), facts.annotations()).sharing() == CpuWishes.Sharing.SHARED_TOO;
        CpuSet usable = sharing ? rules.shared() : CpuSet.parse(cpus.get());
        String first = Integer.toString(usable.stream().findFirst().orElseThrow());
        return spec.withProcess(p -> p.execCpuAffinity(first));
    }

    private RuntimeSpec wished(SpecFacts facts, RuntimeSpec spec) {
        CpuWishes wishes = CpuWishes.of(facts.name(), facts.annotations());
        if (wishes.equals(CpuWishes.NONE)) {
            return spec;
        }
        if (!hasWholeCpus(facts.request().resources())) {
            LOG.log(
                    WARNING,
                    () -> "container " + facts.name() + ": annotations about its CPUs are ignored: it has no CPUs to"
                            + " itself");
            return spec;
        }
        CpuSet own = CpuSet.parse(facts.request().resources().cpusetCpus());
        Map<String, String> told = new TreeMap<>();
        if (wishes.sharing() == CpuWishes.Sharing.SHARED_TOO) {
            told.put("OPENSHIFT_ISOLATED_CPUS", own.toString());
            told.put("OPENSHIFT_SHARED_CPUS", shared(facts).toString());
        }
        if (wishes.interrupts() == CpuWishes.Interrupts.HOUSEKEEPING) {
            told.put(
                    "OPENSHIFT_HOUSEKEEPING_CPUS",
                    rules.housekeeping().apply(own).toString());
        }
        LinuxCpu given = given(spec.linux().resources().cpu(), own, CpuGrant.of(wishes, rules.shared()));
        var environment = new Environment().setAllSpelt(spec.process().env());
        told.forEach(environment::set);
        return spec.withResources(r -> r.withCpu(given)).withProcess(p -> p.env(environment.entries()));
    }

    private CpuSet shared(SpecFacts facts) {
        if (rules.shared().isEmpty()) {
            throw new CriusException.FailedPrecondition("container " + facts.name()
                    + " asks for shared CPUs by cpu-shared.crio.io, but shared_cpuset of this node is empty");
        }
        return rules.shared();
    }

    private static LinuxCpu given(LinuxCpu asked, CpuSet own, CpuGrant grant) {
        LinuxCpu wider = grant.shared().isEmpty() ? asked : asked.withCpus(grant.cpus(own.toString()));
        long quota = grant.quota(asked.quota().orElse(0), asked.period().orElse(0), own.toString());
        return quota == 0 ? wider : wider.withQuota(quota);
    }
}

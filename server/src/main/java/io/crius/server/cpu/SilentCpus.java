package io.crius.server.cpu;

import io.crius.cgroup.CpuSet;

/**
 * CPUs that serve no interrupts because of somebody.
 *
 * @param unmasked taken out of the kernel's mask; those that were not in it are nobody's to put back
 * @param banned told to irqbalance; those that the administrator banned are his
 */
record SilentCpus(CpuSet unmasked, CpuSet banned) {
    static final SilentCpus NONE = new SilentCpus(CpuSet.EMPTY, CpuSet.EMPTY);

    boolean isEmpty() {
        return unmasked.isEmpty() && banned.isEmpty();
    }

    SilentCpus and(SilentCpus more) {
        return new SilentCpus(unmasked.and(more.unmasked), banned.and(more.banned));
    }

    SilentCpus without(SilentCpus less) {
        return new SilentCpus(unmasked.without(less.unmasked), banned.without(less.banned));
    }

    /** Those among these CPUs. */
    SilentCpus among(CpuSet cpus) {
        return new SilentCpus(cpus.without(cpus.without(unmasked)), cpus.without(cpus.without(banned)));
    }
}

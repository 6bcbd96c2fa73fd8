package io.crius.cgroup;

import java.util.Set;

/**
 * Which limits the node knows.
 *
 * @param names of controllers, in the words of v1 ("blkio", not "io")
 * @param swap whether swap can be limited
 */
public record Controllers(Set<String> names, boolean swap) {
    public Controllers {
        names = Set.copyOf(names);
    }

    public boolean memory() {
        return names.contains("memory");
    }

    public boolean pids() {
        return names.contains("pids");
    }

    public boolean hugetlb() {
        return names.contains("hugetlb");
    }

    public boolean cpuset() {
        return names.contains("cpuset");
    }
}

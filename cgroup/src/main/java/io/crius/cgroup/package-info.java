/**
 * cgroups: how the node has them mounted, how pods and containers are named in them, making and removing the few that
 * the daemon makes itself, and reading limits and usage.
 *
 * <p>{@link io.crius.cgroup.Cgroups} names: it knows what kubelet calls a parent and what an OCI runtime is told. Two
 * ways, {@link io.crius.cgroup.CgroupfsCgroups} and {@link io.crius.cgroup.SystemdCgroups}. {@link
 * io.crius.cgroup.CgroupTree} touches: one view of the v1 hierarchies or of the v2 tree by path.
 *
 * <p>{@link io.crius.cgroup.CgroupMeter} measures one cgroup again and again, with files that {@link
 * io.crius.cgroup.MeterFiles} may keep open.
 *
 * <p>Not here: the cgroups of containers (the OCI runtime makes and removes them and writes their limits) and those of pods
 * (kubelet does). Apart from open files nothing is cached and no locks are held; every call reads or writes the cgroup
 * filesystems, which answer at once, so that all of this may run on virtual threads. On disk: only cgroup filesystems.
 */
@NullMarked
package io.crius.cgroup;

import org.jspecify.annotations.NullMarked;

/**
 * Which OCI runtimes the configuration names, which of them work on this node, and what they can do.
 *
 * <p>A runtime that is installed need not work: crun refuses cgroup layouts that runc takes, a binary may be of another
 * architecture, a kernel may lack what a newer one needs. {@link io.crius.runtime.probe.RuntimeProbe} finds out by creating a
 * container that is never started.
 *
 * <p>On disk, while a probe runs: {@code <scratch>/<container>/}, a bundle. Cgroup: {@code crius-probe-<random>}.
 */
@NullMarked
package io.crius.runtime.probe;

import org.jspecify.annotations.NullMarked;

/**
 * Containers that have CPUs to themselves: what annotations wish for them, and the settings of the node that this
 * changes while such a container runs.
 *
 * <p>Whatever is changed was written down before, {@code <run_dir>/cpus/<container>.json}, and is taken back when the
 * container has ended, be it while the daemon is away. One lock of {@link io.crius.server.cpu.CpuIsolation} is held
 * meanwhile, since all containers share these settings.
 */
@NullMarked
package io.crius.server.cpu;

import org.jspecify.annotations.NullMarked;

/**
 * Commands in running containers.
 *
 * <p>The OCI runtime only starts the command and ends; the command becomes this daemon's child, writes into the daemon's
 * pipes, and its exit code comes from the kernel. No monitor process is needed (docs/decisions/0010).
 *
 * <p>On disk, while a command runs: {@code <bundle>/exec-<random>.json}, the process to start, and {@code .pid}, its number. What
 * a daemon that died has left there is what {@link io.crius.runtime.exec.ContainerExec#killLeftovers} goes by.
 */
@NullMarked
package io.crius.runtime.exec;

import org.jspecify.annotations.NullMarked;

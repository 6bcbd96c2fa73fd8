/**
 * Commands in running containers.
 *
 * <p>The OCI runtime only starts the command and ends; the command becomes this daemon's child, writes into the daemon's
 * pipes, and its exit code comes from the kernel. No monitor process is needed (docs/decisions/0010). A person's command is
 * made ready while the person is on the way: the runtime runs already, and waits for the end of what it reads (0136).
 *
 * <p>On disk, while a command runs: {@code <bundle>/exec-<random>.json}, the process to start where it does not come through a pipe, and {@code .pid}, its number. What
 * a daemon that died has left there is what {@link io.crius.runtime.exec.ContainerExec#killLeftovers} goes by.
 */
@NullMarked
package io.crius.runtime.exec;

import org.jspecify.annotations.NullMarked;

/**
 * What the daemon asks of OCI runtimes, and the values it asks with. {@link io.crius.runtime.ContainerRuntime} is the way
 * in; {@code io.crius.runtime.oci} implements it with conmon and a runtime's command line, later packages with shims.
 *
 * <p>This package holds values and interfaces only and uses none of the packages beneath it: {@code cli} runs a runtime's
 * subcommands and reads their answers, {@code conmon} speaks with the monitor, {@code exec} runs commands in containers,
 * {@code exit} learns how containers ended, {@code probe} finds a runtime that works on the node, {@code process} knows
 * processes by more than their number. Not here: specifications, images, root filesystems, the state machine of a
 * container and the decision when to stop it.
 *
 * <p>Locks: none.
 */
@NullMarked
package io.crius.runtime;

import org.jspecify.annotations.NullMarked;

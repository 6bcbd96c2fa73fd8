/**
 * {@link io.crius.runtime.ContainerRuntime} by conmon and a runtime's command line (crun, runc and their like).
 *
 * <p>Processes per operation: create 2 (conmon, the runtime), start, delete, pause, resume, update and exec 1 each, signals none
 * where a descriptor of the process does as well, log reopen none. {@code state} is asked only when the server does.
 */
@NullMarked
package io.crius.runtime.oci;

import org.jspecify.annotations.NullMarked;

/**
 * Seccomp profiles: rules for system calls with conditions on capabilities and architecture, in the format that Docker
 * began, and the profile that containers get by default.
 *
 * <p>A profile becomes the {@link io.crius.oci.runtime.LinuxSeccomp} of one container by {@link
 * io.crius.oci.seccomp.SeccompProfile#filter}. Not here: which profile a container gets, reading the file of a local one,
 * and whether the kernel knows seccomp. All types are immutable; no locks. On disk: the resource {@code default.json}.
 */
@NullMarked
package io.crius.oci.seccomp;

import org.jspecify.annotations.NullMarked;

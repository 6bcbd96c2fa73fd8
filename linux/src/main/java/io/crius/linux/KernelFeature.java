package io.crius.linux;

/** System calls that an older kernel or a seccomp filter may lack. Crius goes on without each of them. */
public enum KernelFeature {
    /** fsopen and its family, since 5.2. */
    MOUNT_API,
    /** openat2, since 5.6. Paths cannot be resolved safely without it. */
    OPENAT2,
    /** pidfd_open, since 5.3. */
    PIDFD,
    /** fchmodat2, since 6.6. */
    FCHMODAT2,
    /** mount_setattr, since 5.12: mounts that show files with other owners. */
    IDMAPPED_MOUNT
}

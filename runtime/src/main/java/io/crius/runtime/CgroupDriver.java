package io.crius.runtime;

/** Who makes the cgroups of containers, as it is told to the OCI runtime. */
public enum CgroupDriver {
    CGROUPFS,
    SYSTEMD
}

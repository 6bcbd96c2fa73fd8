# shellcheck shell=bash
# Kernel: crun 1.8 refuses the hybrid layout of cgroups unless the hierarchy of every controller is mounted. Crius takes runc
# then; tests and measurements shall see crun as well. To be sourced; who mounts it unmounts it at its end.

hugetlb=/sys/fs/cgroup/hugetlb
mounted_hugetlb=no

mount_hugetlb() {
    [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] || return 0
    grep -q '^hugetlb[[:space:]].*1$' /proc/cgroups || return 0
    ! mountpoint -q "$hugetlb" || return 0
    mkdir -p "$hugetlb"
    if mount -t cgroup -o hugetlb cgroup "$hugetlb"; then
        mounted_hugetlb=yes
    else
        say "the hugetlb hierarchy cannot be mounted: crun will be left out"
        rmdir "$hugetlb" || true
    fi
}

# shellcheck disable=SC2317 # called by traps
unmount_hugetlb() {
    if [ "$mounted_hugetlb" = yes ]; then
        umount "$hugetlb" && rmdir "$hugetlb"
    fi
}

package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.abi.Architecture;
import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.BtrfsVolume;
import io.crius.linux.abi.Structs.Cmsghdr;
import io.crius.linux.abi.Structs.EpollEvent;
import io.crius.linux.abi.Structs.Flock;
import io.crius.linux.abi.Structs.Ifreq;
import io.crius.linux.abi.Structs.Iovec;
import io.crius.linux.abi.Structs.MountAttr;
import io.crius.linux.abi.Structs.Msghdr;
import io.crius.linux.abi.Structs.Pollfd;
import io.crius.linux.abi.Structs.Siginfo;
import io.crius.linux.abi.Structs.SockaddrUn;
import io.crius.linux.abi.Structs.Statfs;
import io.crius.linux.abi.Structs.Statx;
import io.crius.linux.abi.Structs.Timespec;
import io.crius.linux.abi.Structs.Winsize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares numbers, sizes and offsets with what a C compiler finds in the system's headers. */
final class AbiTest {
    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <stddef.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <poll.h>
            #include <sched.h>
            #include <signal.h>
            #include <spawn.h>
            #include <sys/epoll.h>
            #include <sys/ioctl.h>
            #include <sys/mount.h>
            #include <sys/prctl.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <sys/un.h>
            #include <sys/vfs.h>
            #include <sys/wait.h>
            #include <net/if.h>
            #include <linux/magic.h>
            #include <linux/openat2.h>
            #include <linux/fs.h>
            #include <linux/btrfs.h>
            """;

    @TempDir
    Path folder;

    @Test
    void systemCallsHaveTheNumbersOfThisMachine() throws Exception {
        var ours = new LinkedHashMap<String, Long>();
        for (Nr nr : known()) {
            ours.put("SYS_" + nr.name().toLowerCase(Locale.ROOT), (long) nr.number());
        }
        assertSame(HEADERS, ours);
    }

    /** What arm64 uses is in a header of every machine. */
    @Test
    void systemCallsHaveTheNumbersThatNewArchitecturesShare() throws Exception {
        var ours = new LinkedHashMap<String, Long>();
        for (Nr nr : known()) {
            ours.put("__NR_" + nr.name().toLowerCase(Locale.ROOT), (long) nr.number(Architecture.ARM64));
        }
        assertSame("#define __BITS_PER_LONG 64\n#include <stdio.h>\n#include <asm-generic/unistd.h>\n", ours);
    }

    @Test
    void errorsHaveTheirNumbers() throws Exception {
        var ours = new LinkedHashMap<String, Long>();
        for (Errno errno : EnumSet.complementOf(EnumSet.of(Errno.OTHER))) {
            ours.put(errno.name(), (long) errno.number());
        }
        assertSame(HEADERS, ours);
    }

    @Test
    void structuresAreLaidOutAsInC() throws Exception {
        var ours = new LinkedHashMap<String, Long>();
        size(ours, "struct statx", Statx.SIZE);
        offset(
                ours,
                "struct statx",
                Map.ofEntries(
                        Map.entry("stx_attributes", Statx.ATTRIBUTES),
                        Map.entry("stx_nlink", Statx.NLINK),
                        Map.entry("stx_uid", Statx.UID),
                        Map.entry("stx_gid", Statx.GID),
                        Map.entry("stx_mode", Statx.MODE),
                        Map.entry("stx_ino", Statx.INO),
                        Map.entry("stx_size", Statx.LENGTH),
                        Map.entry("stx_blocks", Statx.BLOCKS),
                        Map.entry("stx_attributes_mask", Statx.ATTRIBUTES_MASK),
                        Map.entry("stx_atime", Statx.ATIME),
                        Map.entry("stx_ctime", Statx.CTIME),
                        Map.entry("stx_mtime", Statx.MTIME),
                        Map.entry("stx_rdev_major", Statx.RDEV_MAJOR),
                        Map.entry("stx_rdev_minor", Statx.RDEV_MINOR),
                        Map.entry("stx_dev_major", Statx.DEV_MAJOR),
                        Map.entry("stx_dev_minor", Statx.DEV_MINOR)));
        offset(ours, "struct statx_timestamp", Map.of("tv_sec", 0, "tv_nsec", Statx.TIME_NANOS));
        size(ours, "struct statfs", Statfs.SIZE);
        offset(
                ours,
                "struct statfs",
                Map.of(
                        "f_type", Statfs.TYPE,
                        "f_bsize", Statfs.BSIZE,
                        "f_blocks", Statfs.BLOCKS,
                        "f_bfree", Statfs.BFREE,
                        "f_bavail", Statfs.BAVAIL,
                        "f_files", Statfs.FILES,
                        "f_ffree", Statfs.FFREE,
                        "f_frsize", Statfs.FRSIZE));
        size(ours, "siginfo_t", Siginfo.SIZE);
        offset(ours, "siginfo_t", Map.of("si_code", Siginfo.CODE, "si_pid", Siginfo.PID, "si_status", Siginfo.STATUS));
        size(ours, "struct epoll_event", EpollEvent.SIZE);
        offset(ours, "struct epoll_event", Map.of("events", EpollEvent.EVENTS, "data", EpollEvent.DATA));
        size(ours, "struct pollfd", Pollfd.SIZE);
        offset(ours, "struct pollfd", Map.of("fd", Pollfd.FD, "events", Pollfd.EVENTS, "revents", Pollfd.REVENTS));
        size(ours, "struct flock", Flock.SIZE);
        offset(
                ours,
                "struct flock",
                Map.of(
                        "l_type", Flock.TYPE,
                        "l_whence", Flock.WHENCE,
                        "l_start", Flock.START,
                        "l_len", Flock.LEN,
                        "l_pid", Flock.PID));
        size(ours, "struct timespec", Timespec.SIZE);
        offset(ours, "struct timespec", Map.of("tv_sec", Timespec.SECONDS, "tv_nsec", Timespec.NANOS));
        size(ours, "struct open_how", io.crius.linux.abi.Structs.OpenHow.SIZE);
        offset(
                ours,
                "struct open_how",
                Map.of(
                        "flags", io.crius.linux.abi.Structs.OpenHow.FLAGS,
                        "mode", io.crius.linux.abi.Structs.OpenHow.MODE,
                        "resolve", io.crius.linux.abi.Structs.OpenHow.RESOLVE));
        size(ours, "struct mount_attr", MountAttr.SIZE);
        offset(
                ours,
                "struct mount_attr",
                Map.of(
                        "attr_set", MountAttr.SET,
                        "propagation", MountAttr.PROPAGATION,
                        "userns_fd", MountAttr.USERNS_FD));
        size(ours, "struct btrfs_ioctl_vol_args", BtrfsVolume.SIZE);
        size(ours, "struct btrfs_ioctl_vol_args_v2", BtrfsVolume.SIZE);
        offset(
                ours,
                "struct btrfs_ioctl_vol_args_v2",
                Map.of("fd", BtrfsVolume.FD, "name", BtrfsVolume.NAME_OF_SNAPSHOT));
        offset(ours, "struct btrfs_ioctl_vol_args", Map.of("fd", BtrfsVolume.FD, "name", BtrfsVolume.NAME));
        size(ours, "struct ifreq", Ifreq.SIZE);
        offset(ours, "struct ifreq", Map.of("ifr_name", Ifreq.NAME, "ifr_flags", Ifreq.FLAGS));
        size(ours, "struct sockaddr_un", SockaddrUn.SIZE);
        offset(ours, "struct sockaddr_un", Map.of("sun_family", SockaddrUn.FAMILY, "sun_path", SockaddrUn.PATH));
        size(ours, "struct msghdr", Msghdr.SIZE);
        offset(
                ours,
                "struct msghdr",
                Map.of(
                        "msg_iov",
                        Msghdr.IOV,
                        "msg_iovlen",
                        Msghdr.IOVLEN,
                        "msg_control",
                        Msghdr.CONTROL,
                        "msg_controllen",
                        Msghdr.CONTROLLEN));
        size(ours, "struct iovec", Iovec.SIZE);
        offset(ours, "struct iovec", Map.of("iov_base", Iovec.BASE, "iov_len", Iovec.LEN));
        ours.put("CMSG_SPACE(sizeof(int))", (long) Cmsghdr.SPACE);
        ours.put("CMSG_LEN(0)", (long) Cmsghdr.DATA);
        offset(ours, "struct cmsghdr", Map.of("cmsg_level", Cmsghdr.LEVEL, "cmsg_type", Cmsghdr.TYPE));
        size(ours, "struct winsize", Winsize.SIZE);
        offset(ours, "struct winsize", Map.of("ws_row", Winsize.ROWS, "ws_col", Winsize.COLUMNS));

        assertSame(HEADERS, ours);
    }

    @Test
    void flagsHaveTheirValues() throws Exception {
        var ours = new LinkedHashMap<String, Long>();
        for (OpenFlag flag : OpenFlag.values()) {
            ours.put("O_" + flag.name(), (long) flag.bits(Architecture.current()));
        }
        for (MountFlag flag : MountFlag.values()) {
            ours.put("MS_" + flag.name(), (long) flag.bits());
        }
        for (Propagation propagation : Propagation.values()) {
            ours.put("MS_" + propagation.name(), (long) propagation.bits());
        }
        ours.put("MS_REC", (long) Depth.RECURSIVE.bits());
        ours.put("MNT_FORCE", (long) UnmountFlag.FORCE.bits());
        ours.put("MNT_DETACH", (long) UnmountFlag.DETACH.bits());
        ours.put("UMOUNT_NOFOLLOW", (long) UnmountFlag.NOFOLLOW.bits());
        for (Resolve rule : Resolve.values()) {
            ours.put("RESOLVE_" + rule.name(), (long) rule.bits());
        }
        ours.put("RENAME_NOREPLACE", (long) RenameFlag.NOREPLACE.bits());
        ours.put("RENAME_EXCHANGE", (long) RenameFlag.EXCHANGE.bits());
        ours.put("AT_REMOVEDIR", (long) UnlinkFlag.DIRECTORY.bits());
        ours.put("S_IFIFO", (long) FileKind.FIFO.bits());
        ours.put("S_IFCHR", (long) FileKind.CHARACTER_DEVICE.bits());
        ours.put("S_IFBLK", (long) FileKind.BLOCK_DEVICE.bits());
        ours.put("CLONE_NEWNET", (long) NamespaceKind.NETWORK.cloneFlag());
        ours.put("CLONE_NEWIPC", (long) NamespaceKind.IPC.cloneFlag());
        ours.put("CLONE_NEWUTS", (long) NamespaceKind.UTS.cloneFlag());
        ours.put("NSFS_MAGIC", StatFs.NSFS);
        ours.put("BTRFS_SUPER_MAGIC", StatFs.BTRFS);

        assertSame(HEADERS, ours);
    }

    /** Literals that the classes of this package have beside the place where they are used. */
    @Test
    void literalsHaveTheirValues() throws Exception {
        var ours = new LinkedHashMap<String, Long>();
        for (String pair : """
                O_CLOEXEC=02000000 SOCK_CLOEXEC=02000000 EPOLL_CLOEXEC=02000000 AF_UNIX=1 AF_INET=2
                SOCK_STREAM=1 SOCK_DGRAM=2 MSG_NOSIGNAL=0x4000 F_DUPFD_CLOEXEC=1030
                F_SETLK=6 F_OFD_SETLK=37 F_RDLCK=0 F_WRLCK=1 SIOCSIFFLAGS=0x8914 IFF_UP=1
                AT_FDCWD=-100 AT_SYMLINK_NOFOLLOW=0x100 AT_EMPTY_PATH=0x1000 AT_NO_AUTOMOUNT=0x800
                STATX_BASIC_STATS=0x7ff STATX_ATTR_MOUNT_ROOT=0x2000
                EPOLLIN=1 EPOLLOUT=4 EPOLLONESHOT=0x40000000 EPOLL_CTL_ADD=1 EPOLL_CTL_DEL=2
                POLLIN=1 POLLOUT=4 PR_SET_CHILD_SUBREAPER=36 P_ALL=0 P_PID=1 P_PIDFD=3
                WNOHANG=1 WEXITED=4 WNOWAIT=0x1000000 CLD_EXITED=1 CLONE_FS=0x200
                POSIX_SPAWN_SETPGROUP=2 POSIX_SPAWN_SETSIGDEF=4 POSIX_SPAWN_SETSIGMASK=8 POSIX_SPAWN_SETSID=0x80
                FSOPEN_CLOEXEC=1 FSMOUNT_CLOEXEC=1 FSCONFIG_SET_FLAG=0 FSCONFIG_SET_STRING=1 FSCONFIG_CMD_CREATE=6
                MOVE_MOUNT_F_EMPTY_PATH=4 MOUNT_ATTR_RDONLY=1 MOUNT_ATTR_NOSUID=2 MOUNT_ATTR_NODEV=4
                MOUNT_ATTR_IDMAP=0x100000 MS_PRIVATE=0x40000 OPEN_TREE_CLONE=1 OPEN_TREE_CLOEXEC=02000000
                MOUNT_ATTR_NOEXEC=8 MOUNT_ATTR_NOATIME=0x10 MOUNT_ATTR_NODIRATIME=0x80""".split("\\s+")) {
            int equals = pair.indexOf('=');
            ours.put(pair.substring(0, equals), Long.decode(pair.substring(equals + 1)));
        }
        assertSame(HEADERS, ours);
    }

    /** The structures of the C library that are opaque here get more room than they take. */
    @Test
    void opaqueStructuresHaveRoom() throws Exception {
        Map<String, Long> sizes = compute(
                HEADERS,
                List.of("sizeof(posix_spawn_file_actions_t)", "sizeof(posix_spawnattr_t)", "sizeof(sigset_t)"));

        assertThat(sizes.get("sizeof(posix_spawn_file_actions_t)")).isLessThanOrEqualTo(Spawner.OPAQUE_SIZE);
        assertThat(sizes.get("sizeof(posix_spawnattr_t)")).isLessThanOrEqualTo(Spawner.OPAQUE_SIZE);
        assertThat(sizes.get("sizeof(sigset_t)")).isEqualTo(Spawner.SIGSET_SIZE);
    }

    /** All but what the headers of a machine as old as we support do not know. */
    private static List<Nr> known() {
        return List.copyOf(EnumSet.complementOf(EnumSet.of(Nr.FCHMODAT2)));
    }

    private static void size(Map<String, Long> ours, String type, int size) {
        ours.put("sizeof(" + type + ")", (long) size);
    }

    private static void offset(Map<String, Long> ours, String type, Map<String, Integer> fields) {
        fields.forEach((field, offset) -> ours.put("offsetof(" + type + ", " + field + ")", (long) offset));
    }

    private void assertSame(String headers, Map<String, Long> ours) throws Exception {
        assertThat(compute(headers, List.copyOf(ours.keySet()))).containsExactlyInAnyOrderEntriesOf(ours);
    }

    /** The values of C expressions. */
    private Map<String, Long> compute(String headers, List<String> expressions) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "no C compiler to compare with (/usr/bin/gcc)");
        var source = new StringBuilder(headers).append("int main(void) {\n");
        for (String expression : expressions) {
            source.append("  printf(\"%s=%lld\\n\", \"")
                    .append(expression)
                    .append("\", (long long) (")
                    .append(expression)
                    .append("));\n");
        }
        Path file = Files.writeString(folder.resolve("abi.c"), source.append("}\n"));
        Path program = folder.resolve("abi");
        run("/usr/bin/gcc", "-o", program.toString(), file.toString());
        var values = new TreeMap<String, Long>();
        run(program.toString()).lines().forEach(line -> {
            int equals = line.lastIndexOf('=');
            values.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
        });
        return values;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}

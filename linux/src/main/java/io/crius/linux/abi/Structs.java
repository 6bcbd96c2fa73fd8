package io.crius.linux.abi;

/**
 * Sizes and field offsets, in bytes, of the structures that are passed to the kernel; the same on x86-64 and arm64 but for
 * {@link EpollEvent}.
 */
public final class Structs {
    private Structs() {}

    /** struct statx. */
    public static final class Statx {
        public static final int SIZE = 256;
        public static final int ATTRIBUTES = 8;
        public static final int NLINK = 16;
        public static final int UID = 20;
        public static final int GID = 24;
        public static final int MODE = 28;
        public static final int INO = 32;
        public static final int LENGTH = 40;
        public static final int BLOCKS = 48;
        public static final int ATTRIBUTES_MASK = 56;
        public static final int ATIME = 64;
        public static final int CTIME = 96;
        public static final int MTIME = 112;
        public static final int RDEV_MAJOR = 128;
        public static final int RDEV_MINOR = 132;
        public static final int DEV_MAJOR = 136;
        public static final int DEV_MINOR = 140;
        /** Within a time: seconds are at 0. */
        public static final int TIME_NANOS = 8;

        private Statx() {}
    }

    /** struct statfs. */
    public static final class Statfs {
        public static final int SIZE = 120;
        public static final int TYPE = 0;
        public static final int BSIZE = 8;
        public static final int BLOCKS = 16;
        public static final int BFREE = 24;
        public static final int BAVAIL = 32;
        public static final int FILES = 40;
        public static final int FFREE = 48;
        public static final int FRSIZE = 72;

        private Statfs() {}
    }

    /** siginfo_t as waitid fills it. */
    public static final class Siginfo {
        public static final int SIZE = 128;
        public static final int CODE = 8;
        public static final int PID = 16;
        public static final int STATUS = 24;

        private Siginfo() {}
    }

    /** struct epoll_event, packed on x86-64 only. */
    public static final class EpollEvent {
        public static final int EVENTS = 0;
        public static final int DATA = data(Architecture.current());
        public static final int SIZE = DATA + Long.BYTES;

        private EpollEvent() {}

        public static int data(Architecture architecture) {
            return architecture.pick(4, 8);
        }
    }

    /** struct pollfd. */
    public static final class Pollfd {
        public static final int SIZE = 8;
        public static final int FD = 0;
        public static final int EVENTS = 4;
        public static final int REVENTS = 6;

        private Pollfd() {}
    }

    /** struct flock. */
    public static final class Flock {
        public static final int SIZE = 32;
        public static final int TYPE = 0;
        public static final int WHENCE = 2;
        public static final int START = 8;
        public static final int LEN = 16;
        public static final int PID = 24;

        private Flock() {}
    }

    /** struct timespec. */
    public static final class Timespec {
        public static final int SIZE = 16;
        public static final int SECONDS = 0;
        public static final int NANOS = 8;

        private Timespec() {}
    }

    /** struct open_how. */
    public static final class OpenHow {
        public static final int SIZE = 24;
        public static final int FLAGS = 0;
        public static final int MODE = 8;
        public static final int RESOLVE = 16;

        private OpenHow() {}
    }

    /** {@code struct mount_attr}. */
    public static final class MountAttr {
        public static final int SIZE = 32;
        public static final int SET = 0;
        public static final int PROPAGATION = 16;
        public static final int USERNS_FD = 24;

        private MountAttr() {}
    }

    /** {@code struct btrfs_ioctl_vol_args_v2}, and {@code struct btrfs_ioctl_vol_args} with the name right after the first. */
    public static final class BtrfsVolume {
        public static final int SIZE = 4096;
        public static final int FD = 0;
        public static final int NAME = 8;
        public static final int NAME_OF_SNAPSHOT = 56;

        private BtrfsVolume() {}
    }

    /** struct ifreq as far as flags go. */
    public static final class Ifreq {
        public static final int SIZE = 40;
        public static final int NAME = 0;
        public static final int FLAGS = 16;

        private Ifreq() {}
    }

    /** struct sockaddr_un. */
    public static final class SockaddrUn {
        public static final int SIZE = 110;
        public static final int FAMILY = 0;
        public static final int PATH = 2;

        private SockaddrUn() {}
    }

    /** struct msghdr. */
    public static final class Msghdr {
        public static final int SIZE = 56;
        public static final int IOV = 16;
        public static final int IOVLEN = 24;
        public static final int CONTROL = 32;
        public static final int CONTROLLEN = 40;

        private Msghdr() {}
    }

    /** struct iovec. */
    public static final class Iovec {
        public static final int SIZE = 16;
        public static final int BASE = 0;
        public static final int LEN = 8;

        private Iovec() {}
    }

    /** struct cmsghdr with one descriptor behind it. */
    public static final class Cmsghdr {
        public static final int SPACE = 24;
        public static final int LEVEL = 8;
        public static final int TYPE = 12;
        public static final int DATA = 16;

        private Cmsghdr() {}
    }

    /** struct winsize. */
    public static final class Winsize {
        public static final int SIZE = 8;
        public static final int ROWS = 0;
        public static final int COLUMNS = 2;

        private Winsize() {}
    }
}

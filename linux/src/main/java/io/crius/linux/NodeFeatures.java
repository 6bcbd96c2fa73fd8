package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Statfs;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** {@link KernelFeatures} by asking the kernel. Thread-safe; no locks. */
final class NodeFeatures implements KernelFeatures {
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private static final Path LAST_CAPABILITY = Path.of("/proc/sys/kernel/cap_last_cap");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int SYSCTL_MAX = 256;
    private static final String BOUNDING = "CapBnd:";

    private final NativeThreads threads;
    private final Map<KernelFeature, Boolean> probed = new ConcurrentHashMap<>();

    NodeFeatures(NativeThreads threads) {
        this.threads = threads;
    }

    @Override
    public KernelVersion version() throws IOException {
        return KernelVersion.parse(sysctl(RELEASE));
    }

    @Override
    public boolean has(KernelFeature feature) {
        return probed.computeIfAbsent(feature, NodeFeatures::probe);
    }

    /** Arguments that no kernel takes: who has the call finds fault with them. Docker's seccomp filter answers EPERM. */
    private static boolean probe(KernelFeature feature) {
        long answer = switch (feature) {
            case MOUNT_API -> Sys.call(Nr.FSOPEN, 0, -1);
            case OPENAT2 -> Sys.call(Nr.OPENAT2, -1, 0, 0, 0);
            case PIDFD -> Sys.call(Nr.PIDFD_OPEN, -1, -1);
            case FCHMODAT2 -> Sys.call(Nr.FCHMODAT2, -1, 0, 0, -1);
            case IDMAPPED_MOUNT -> Sys.call(Nr.MOUNT_SETATTR, -1, 0, 0, 0);
        };
        return answer != -Errno.ENOSYS.number() && answer != -Errno.EPERM.number();
    }

    @Override
    public StatFs statFs(Path path) throws ErrnoException {
        return threads.call(() -> {
            try (Scratch scratch = Scratch.take()) {
                MemorySegment out = scratch.struct(Statfs.SIZE);
                Sys.check(scratch.call(Nr.STATFS, scratch.string(path), out.address()), "statfs", path);
                return read(out);
            }
        });
    }

    private static StatFs read(MemorySegment out) {
        return new StatFs(
                out.get(ValueLayout.JAVA_LONG, Statfs.TYPE),
                out.get(ValueLayout.JAVA_LONG, Statfs.FRSIZE),
                out.get(ValueLayout.JAVA_LONG, Statfs.BLOCKS),
                out.get(ValueLayout.JAVA_LONG, Statfs.BFREE),
                out.get(ValueLayout.JAVA_LONG, Statfs.BAVAIL),
                out.get(ValueLayout.JAVA_LONG, Statfs.FILES),
                out.get(ValueLayout.JAVA_LONG, Statfs.FFREE));
    }

    @Override
    public Set<Integer> boundingCapabilities() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(BOUNDING)) {
                return members(
                        Long.parseUnsignedLong(line.substring(BOUNDING.length()).strip(), 16));
            }
        }
        throw new IOException("no " + BOUNDING + " in " + STATUS);
    }

    private static Set<Integer> members(long mask) {
        var members = new TreeSet<Integer>();
        for (int i = 0; i < Long.SIZE; i++) {
            if ((mask >>> i & 1) != 0) {
                members.add(i);
            }
        }
        return members;
    }

    @Override
    public int lastCapability() throws IOException {
        return Integer.parseInt(sysctl(LAST_CAPABILITY));
    }

    /** Kernel: a number gives its value at the first read only, and {@code Files.readString} begins with a byte. */
    private static String sysctl(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            byte[] buffer = new byte[SYSCTL_MAX];
            int length = input.read(buffer);
            return new String(buffer, 0, Math.max(0, length), StandardCharsets.US_ASCII).strip();
        }
    }
}

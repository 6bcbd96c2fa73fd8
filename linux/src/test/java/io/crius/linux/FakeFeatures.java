package io.crius.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** A kernel with everything; file systems are those of the fake's mounts and pins, else ext4, and half full. Thread-safe. */
final class FakeFeatures implements KernelFeatures {
    private static final long EXT4 = 0xef53;
    private static final long TMPFS = 0x01021994;
    private static final long OVERLAY = 0x794c7630;
    private static final int CAPABILITIES = 41;

    /** One tebibyte, half of it free. */
    private static final long BLOCKS = 1L << 28;

    private final FakeMounts mounts;
    private final FakeNamespaces namespaces;

    FakeFeatures(FakeMounts mounts, FakeNamespaces namespaces) {
        this.mounts = mounts;
        this.namespaces = namespaces;
    }

    @Override
    public StatFs statFs(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new ErrnoException("statfs(" + path + ")", Errno.ENOENT);
        }
        return new StatFs(type(path), 4096, BLOCKS, BLOCKS / 2, BLOCKS / 2, BLOCKS, BLOCKS / 2);
    }

    private long type(Path path) {
        if (namespaces.pinned(path).isPresent()) {
            return StatFs.NSFS;
        }
        String type = mounts.list().reversed().stream()
                .filter(mount -> path.toAbsolutePath().normalize().startsWith(mount.mountPoint()))
                .map(MountInfo::type)
                .findFirst()
                .orElse("ext4");
        return switch (type) {
            case "tmpfs" -> TMPFS;
            case "overlay" -> OVERLAY;
            default -> EXT4;
        };
    }

    @Override
    public KernelVersion version() {
        return new KernelVersion(6, 18);
    }

    @Override
    public boolean has(KernelFeature feature) {
        return true;
    }

    @Override
    public Set<Integer> boundingCapabilities() {
        var all = new HashSet<Integer>();
        for (int i = 0; i < CAPABILITIES; i++) {
            all.add(i);
        }
        return all;
    }

    @Override
    public int lastCapability() {
        return CAPABILITIES - 1;
    }
}

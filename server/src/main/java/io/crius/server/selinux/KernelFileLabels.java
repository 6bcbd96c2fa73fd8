package io.crius.server.selinux;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileAttributes;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.server.state.SelinuxLabel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Labels as extended attributes. Each tree is walked by a thread of its own: its calls wait for disks, and would keep the few
 * carriers of virtual threads. Kernel: selinux(8), xattr(7).
 */
public final class KernelFileLabels implements FileLabels {
    /** Kernel: the name of the attribute. */
    private static final String SELINUX = "security.selinux";

    /** Safety: with another label on these the node itself would not work any more. Compat: the same are refused elsewhere. */
    private static final Set<Path> OF_THE_NODE = Set.copyOf(Arrays.stream(
                    ("/ /bin /boot /dev /etc /etc/passwd /etc/pki /etc/shadow /home /lib /lib64 /media /opt /proc /root /run"
                                    + " /sbin /srv /sys /tmp /usr /var /var/lib /var/log")
                            .split(" "))
            .map(Path::of)
            .toList());

    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);

    private final Linux linux;
    private final FileAttributes attributes;

    public KernelFileLabels(Linux linux) {
        this.linux = linux;
        this.attributes = linux.attributes();
    }

    @Override
    public void label(Path top, SelinuxLabel label, Top known) {
        if (OF_THE_NODE.contains(top) || top.getParent() == null) {
            throw new CriusException.InvalidArgument(
                    "SELinux relabeling of " + top + " is not allowed: the node itself needs its label");
        }
        var walk = new FutureTask<>(() -> {
            new Walk(kernelForm(label)).top(top, known);
            return top;
        });
        Thread.ofPlatform().name("crius-relabel").daemon(true).start(walk);
        try {
            walk.get();
        } catch (ExecutionException e) {
            throw new CriusException.Failed("SELinux labels of " + top + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            walk.cancel(true);
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("SELinux labels of " + top, e);
        }
    }

    /** Kernel: with the zero that ends it. */
    private static byte[] kernelForm(SelinuxLabel label) {
        return (label + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private final class Walk {
        private final byte[] wanted;

        Walk(byte[] wanted) {
            this.wanted = wanted;
        }

        void top(Path top, Top known) throws IOException {
            Path parent = Objects.requireNonNull(top.getParent());
            String name = Objects.requireNonNull(top.getFileName()).toString();
            try (Fd folder = linux.descriptors().open(parent, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0)) {
                if (known == Top.TELLS_ALL && has(folder, name)) {
                    return;
                }
                entry(folder, name);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EOPNOTSUPP) {
                    throw e;
                }
            }
        }

        /** The folder last: where this is ended half-way, its top does not tell that all of it was done. */
        private void entry(Fd folder, String name) throws IOException {
            try {
                FileStat stat = attributes.statAt(folder, name);
                if (stat.isDirectory()) {
                    try (Fd inner = linux.descriptors().openBeneath(folder, name, FOLDER, 0)) {
                        inside(inner);
                    }
                }
                if (!has(folder, name)) {
                    attributes.setXattrAt(folder, name, SELINUX, wanted);
                }
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
                // Whoever works in the volume removed it meanwhile.
            }
        }

        private void inside(Fd folder) throws IOException {
            for (String name : attributes.namesIn(folder)) {
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("interrupted on the way");
                }
                entry(folder, name);
            }
        }

        private boolean has(Fd folder, String name) throws ErrnoException {
            Optional<byte[]> found = attributes.xattrAt(folder, name, SELINUX);
            return found.filter(value -> Arrays.equals(value, wanted)).isPresent();
        }
    }
}

package io.crius.storage.owner;

import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileAttributes;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the files of a tree the owners that a user namespace has for theirs, where no mount can show them so. One thread, one
 * use; no link is followed. Blocks: for each file; through an overlay each file is copied by it.
 */
public final class OwnerShift {
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);
    private static final String CAPABILITY = "security.capability";
    private static final int REVISION_2_SIZE = 20;
    private static final int REVISION_2 = 0x02000000;
    private static final int REVISION_3 = 0x03000000;
    private static final int REVISION_MASK = 0xFF000000;

    private final IdMappings owners;
    private final Linux linux;
    private final FileAttributes attributes;
    // Files with several names are given away once.
    private final Set<Long> linked = new HashSet<>();

    public OwnerShift(IdMappings owners, Linux linux) {
        this.owners = owners;
        this.linux = linux;
        this.attributes = linux.attributes();
    }

    /** Everything in the folder, and the folder itself. */
    public void apply(Fd root) throws IOException {
        inside(root);
        FileStat stat = attributes.stat(root);
        attributes.chown(root, owners.uid(stat.uid()), owners.gid(stat.gid()));
        attributes.chmod(root, stat.permissions());
    }

    private void inside(Fd folder) throws IOException {
        for (String name : attributes.namesIn(folder)) {
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while owners were changed");
            }
            FileStat stat = attributes.statAt(folder, name);
            if (stat.isDirectory()) {
                try (Fd inner = linux.descriptors().openBeneath(folder, name, FOLDER, 0)) {
                    apply(inner);
                }
            } else if (stat.links() == 1 || linked.add(stat.inode())) {
                shift(folder, name, stat);
            }
        }
    }

    /** Kernel: a change of owner takes setuid, setgid and capabilities away, so they are given again. */
    private void shift(Fd folder, String name, FileStat stat) throws ErrnoException {
        Optional<byte[]> capability =
                stat.isRegular() ? attributes.xattrAt(folder, name, CAPABILITY) : Optional.empty();
        attributes.chownAt(folder, name, owners.uid(stat.uid()), owners.gid(stat.gid()));
        if (!stat.isSymlink()) {
            attributes.chmodAt(folder, name, stat.permissions());
        }
        if (capability.isPresent()) {
            attributes.setXattrAt(folder, name, CAPABILITY, ofNamespace(capability.get()));
        }
    }

    /** Kernel: capabilities(7), "File capability extensions": revision 3 names the root of the namespace they count in. */
    private byte[] ofNamespace(byte[] capability) {
        if (capability.length != REVISION_2_SIZE) {
            return capability;
        }
        int magic = ByteBuffer.wrap(capability).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if ((magic & REVISION_MASK) != REVISION_2) {
            return capability;
        }
        return ByteBuffer.allocate(REVISION_2_SIZE + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((magic & ~REVISION_MASK) | REVISION_3)
                .put(capability, Integer.BYTES, REVISION_2_SIZE - Integer.BYTES)
                .putInt((int) owners.uid(0))
                .array();
    }
}

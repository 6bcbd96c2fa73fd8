package io.crius.acceptance;

import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk that works until it is frozen, as one whose controller or network is gone: who writes to it then waits without being
 * interruptible, SIGKILL included. Kernel: FIFREEZE, fsfreeze(8).
 */
final class FrozenDisk implements AutoCloseable {
    private static final long BYTES = 16 << 20;

    private final Path point;
    private boolean frozen;

    private FrozenDisk(Path point) {
        this.point = point;
    }

    /** One that works; {@code folder} is made. */
    static FrozenDisk at(Path folder) throws IOException, InterruptedException {
        Path point = Files.createDirectories(folder.resolve("disk"));
        Path image = folder.resolve("image");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        Command.run("mkfs.ext4", "-q", "-F", image.toString());
        Command.run("mount", "-o", "loop", image.toString(), point.toString());
        return new FrozenDisk(point);
    }

    Path point() {
        return point;
    }

    void freeze() throws IOException, InterruptedException {
        Command.run("fsfreeze", "--freeze", point.toString());
        frozen = true;
    }

    /** Idempotent. */
    void thaw() throws IOException, InterruptedException {
        if (frozen) {
            frozen = false;
            Command.run("fsfreeze", "--unfreeze", point.toString());
        }
    }

    /** Those who wait go on; who uses it keeps it for as long. */
    @Override
    public void close() throws IOException, InterruptedException {
        thaw();
        Command.run("umount", "--lazy", point.toString());
    }
}

package io.crius.image.artifact;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.Descriptor;
import io.crius.storage.disk.TempDir;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An artifact that is being brought in: blobs are put beside the others, then all become visible at once. Thread-safe.
 *
 * <p>Closing throws away what was not committed.
 */
public final class ArtifactStaging implements AutoCloseable {
    private static final int BUFFER = 128 << 10;

    private final BlobFolder blobs;
    private final LayoutWriter writer;
    private final Map<Digest, Path> staged = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable TempDir folder;

    ArtifactStaging(BlobFolder blobs, LayoutWriter writer) {
        this.blobs = blobs;
        this.writer = writer;
    }

    /** Whether the content is here already. */
    public boolean has(Descriptor blob) {
        return staged.containsKey(blob.digest()) || blobs.has(blob.digest(), blob.size());
    }

    /**
     * Takes the content, which the stream has to have checked when it comes to its end. Blocks: on the stream and the disk.
     *
     * @param received is told of every piece
     * @throws CriusException.Failed the disk does not take it
     */
    public void put(Descriptor blob, InputStream content, IntConsumer received) {
        try {
            Path file = place(blob.digest());
            try (OutputStream out = Files.newOutputStream(file)) {
                byte[] buffer = new byte[BUFFER];
                for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                    out.write(buffer, 0, read);
                    received.accept(read);
                }
            }
            writer.toDisk(file);
            staged.put(blob.digest(), file);
        } catch (IOException e) {
            throw failed("keep blob " + blob.digest(), e);
        }
    }

    private Path place(Digest digest) throws IOException {
        lock.lock();
        try {
            TempDir own = folder;
            if (own == null) {
                own = writer.temporary();
                folder = own;
            }
            return own.child(digest.hex());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the artifact visible under the name, which another artifact may lose. Everything that the manifest names must be
     * here.
     *
     * @param needed its configuration and layers
     * @throws CriusException.InvalidArgument its digest is not one that ids are made of
     * @throws MissingBlobException another tool removed something meanwhile that was here; put it again
     */
    public ImageId commit(Digest digest, byte[] manifest, List<Descriptor> needed, String name)
            throws MissingBlobException {
        if (!digest.algorithm().equals("sha256")) {
            throw new CriusException.InvalidArgument(
                    "artifact " + name + ": its id would be " + digest + ", and ids are sha256; pull it by its tag");
        }
        var id = new ImageId(digest.hex());
        writer.add(new LayoutWriter.Addition(digest, manifest, needed, name, staged));
        return id;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (folder != null) {
                folder.close();
                folder = null;
            }
        } finally {
            lock.unlock();
        }
    }

    static CriusException failed(String doing, IOException e) {
        return Thread.currentThread().isInterrupted()
                ? new CriusException.Cancelled(doing + ": cancelled", e)
                : new CriusException.Failed(doing + ": " + e.getMessage(), e);
    }

    /** Something that was in the store is not there any more. */
    public static final class MissingBlobException extends Exception {
        private static final long serialVersionUID = 1;

        MissingBlobException(String message) {
            super(message);
        }
    }
}

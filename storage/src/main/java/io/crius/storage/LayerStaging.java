package io.crius.storage;

import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.io.InputStream;

/**
 * A layer being unpacked beside the store's layers, without any lock: as many at a time as the caller likes.
 *
 * <p>One thread at a time. {@link Store#commitLayer} makes a layer of it; {@link #close} throws away what was not
 * committed, and may always be called.
 */
public interface LayerStaging extends AutoCloseable {
    /**
     * Unpacks the uncompressed tar stream, to its very end, and says what it was. Once per staging; the stream is not
     * closed.
     *
     * <p>Blocks: for as long as the stream does. After any failure the staging is good for {@link #close} only.
     *
     * @throws IOException exactly what reading the stream threw
     * @throws io.crius.model.CriusException.InvalidArgument the archive is malformed, hostile, or above the limits
     * @throws io.crius.model.CriusException.Cancelled the thread was interrupted; its flag stays set
     * @throws io.crius.model.CriusException.Failed the disk refused
     */
    LayerContent unpack(InputStream tar, UnpackLimits limits) throws IOException;

    /** Throws away what was not committed. Idempotent. */
    @Override
    void close();
}

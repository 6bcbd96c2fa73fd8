package io.crius.image.pull;

import io.crius.model.CriusException;

/**
 * What pulls may take of the node.
 *
 * @param connectionsPerImage layers of one image that are under way at once
 * @param connections layers of all images that are under way at once
 * @param decompressors threads that decompress at once
 * @param bufferBytes memory for data between download and unpacking, of all layers together
 */
public record PullLimits(int connectionsPerImage, int connections, int decompressors, int bufferBytes) {
    public PullLimits {
        if (connectionsPerImage < 1 || connections < 1 || decompressors < 1 || bufferBytes < Ring.LARGEST.bytes()) {
            throw new CriusException.InvalidArgument("pull limits must allow one layer at least: "
                    + connectionsPerImage + " and " + connections + " connections, " + decompressors
                    + " decompressors, " + bufferBytes + " bytes of buffers (" + Ring.LARGEST.bytes()
                    + " are needed)");
        }
    }

    /** Compat: six layers of an image at once, as containers/image. Sixteen in all, 16 MiB, one decompressor per CPU. */
    public static PullLimits of(int processors) {
        return new PullLimits(6, 16, Math.max(1, processors), 16 << 20);
    }

    /** How much is buffered for a layer. */
    enum Ring {
        SMALL(4, 32 << 10),
        LARGEST(8, 256 << 10);

        private final int buffers;
        private final int size;

        Ring(int buffers, int size) {
            this.buffers = buffers;
            this.size = size;
        }

        /** Layers of a few files need no megabytes. */
        static Ring of(long blobSize) {
            return blobSize <= 64 << 10 ? SMALL : LARGEST;
        }

        int buffers() {
            return buffers;
        }

        /** Of one buffer. */
        int size() {
            return size;
        }

        int bytes() {
            return buffers * size;
        }
    }
}

package io.crius.streaming.spdy;

import java.nio.ByteBuffer;

/**
 * The header blocks that the server sends: all are empty, so that no compressor with its quarter of a megabyte is needed. Not
 * thread-safe.
 *
 * <p>Spec: RFC 1950, 1951: a zlib stream may consist of stored blocks; the first block is preceded by the stream's header, which
 * names the dictionary. The empty stored block at the end is what a sync flush writes.
 */
final class EmptyHeaders {
    /** 32 KiB window, deflate, with a dictionary. */
    private static final short ZLIB_HEADER = 0x78bb;

    private static final byte[] NO_HEADERS = {0, 4, 0, (byte) 0xfb, (byte) 0xff, 0, 0, 0, 0};
    private static final byte[] FLUSH = {0, 0, 0, (byte) 0xff, (byte) 0xff};

    private boolean begun;

    byte[] next() {
        ByteBuffer block = ByteBuffer.allocate(Short.BYTES + Integer.BYTES + NO_HEADERS.length + FLUSH.length);
        if (!begun) {
            begun = true;
            block.putShort(ZLIB_HEADER).putInt(Dictionary.ID);
        }
        block.put(NO_HEADERS).put(FLUSH);
        byte[] bytes = new byte[block.position()];
        block.flip().get(bytes);
        return bytes;
    }
}

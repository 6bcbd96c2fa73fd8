package io.crius.streaming.wire;

import io.crius.model.ByteBudget;

/**
 * What one direction of a connection is carried in: small while little is on its way, larger after it was full and while there is
 * memory to spare. For one thread.
 */
public final class CarryBuffer {
    /** As there is one for each direction of each connection, most of them idle; in bytes. */
    public static final int SMALL = 2 << 10;

    private static final int LARGE = 32 << 10;

    private final ByteBudget.Share memory;
    private byte[] bytes = new byte[SMALL];

    /** A buffer of a connection that holds its memory in this share. */
    public CarryBuffer(ByteBudget.Share memory) {
        this.memory = memory;
    }

    /** Where to read to; another array after the next {@link #filled}. */
    public byte[] bytes() {
        return bytes;
    }

    /** After so many bytes were read to the array and written from it: it may grow, or become small again. */
    public void filled(int count) {
        if (bytes.length == SMALL) {
            if (count == SMALL && memory.takeSpare(LARGE - SMALL)) {
                bytes = new byte[LARGE];
            }
        } else if (count <= SMALL) {
            release();
            bytes = new byte[SMALL];
        }
    }

    /** Gives back what it grew by; not to be used any more. */
    public void release() {
        memory.giveBack(bytes.length - SMALL);
        bytes = new byte[0];
    }
}

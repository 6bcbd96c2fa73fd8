package io.crius.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A table of numbers outside of the heap, which is small: for what may grow large for a while and is gone at once when it is
 * closed. All are zero at first. Not thread-safe; any thread may close it, when nobody uses
 * it any more.
 */
public final class NativeLongs implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final int length;

    /** @throws OutOfMemoryError where the kernel has none */
    public NativeLongs(int length) {
        this.length = length;
        this.memory = arena.allocate(ValueLayout.JAVA_LONG, length);
    }

    public int length() {
        return length;
    }

    /** @throws IndexOutOfBoundsException outside of the table */
    public long get(int index) {
        return memory.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    /** @throws IndexOutOfBoundsException outside of the table */
    public void set(int index, long value) {
        memory.setAtIndex(ValueLayout.JAVA_LONG, index, value);
    }

    @Override
    public void close() {
        arena.close();
    }
}

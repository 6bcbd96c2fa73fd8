package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for one call: its errno, its strings, its structures, its buffer. One thread uses it between {@link #take} and
 * {@link #close}.
 *
 * <p>Unpacking an image makes some ten system calls a file, and an arena for each would cost as much as the call. So pieces are
 * kept, up to {@value #KEPT}; whoever finds none gets a new one, which the garbage collector takes back.
 *
 * <p>Safety: addresses handed to the kernel lie in memory that this object keeps alive, and it is in use until after the call:
 * {@link #close} touches it.
 */
final class Scratch implements AutoCloseable {
    /** How much a transfer moves at once; also the most that an extended attribute or a list of them can have. */
    static final int BUFFER = 64 << 10;

    private static final int SIZE = BUFFER + (32 << 10);
    private static final int KEPT = 16;
    private static final int PROBES = 3;
    private static final AtomicReferenceArray<@Nullable Scratch> POOL = new AtomicReferenceArray<>(KEPT);

    private final MemorySegment state;
    private final MemorySegment memory;
    private long used;
    private @Nullable Arena more;

    private Scratch() {
        Arena arena = Arena.ofAuto();
        this.state = arena.allocate(Sys.STATE);
        this.memory = arena.allocate(SIZE, Long.BYTES);
    }

    static Scratch take() {
        int place = place();
        for (int i = 0; i < PROBES; i++) {
            Scratch kept = POOL.getAndSet((place + i) % KEPT, null);
            if (kept != null) {
                return kept;
            }
        }
        return new Scratch();
    }

    @Override
    public void close() {
        used = 0;
        more = null;
        int place = place();
        for (int i = 0; i < PROBES; i++) {
            if (POOL.compareAndSet((place + i) % KEPT, null, this)) {
                return;
            }
        }
    }

    private static int place() {
        return (int) (Thread.currentThread().threadId() % KEPT);
    }

    /** Zeroed memory for a structure. */
    MemorySegment struct(long size) {
        return buffer(size).fill((byte) 0);
    }

    /** Memory with whatever is in it. */
    MemorySegment buffer(long size) {
        long at = used;
        long end = at + (size + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
        if (end <= SIZE) {
            used = end;
            return memory.asSlice(at, size);
        }
        Arena arena = more;
        if (arena == null) {
            arena = Arena.ofAuto();
            more = arena;
        }
        return arena.allocate(size, Long.BYTES);
    }

    /** The address of a C string. */
    long string(Object text) {
        byte[] bytes = Sys.bytes(text);
        MemorySegment string = buffer(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, string, ValueLayout.JAVA_BYTE, 0, bytes.length);
        string.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return string.address();
    }

    long call(Nr nr, long a) {
        return call(nr, a, 0, 0, 0, 0, 0);
    }

    long call(Nr nr, long a, long b) {
        return call(nr, a, b, 0, 0, 0, 0);
    }

    long call(Nr nr, long a, long b, long c) {
        return call(nr, a, b, c, 0, 0, 0);
    }

    long call(Nr nr, long a, long b, long c, long d) {
        return call(nr, a, b, c, d, 0, 0);
    }

    long call(Nr nr, long a, long b, long c, long d, long e) {
        return call(nr, a, b, c, d, e, 0);
    }

    /** Makes the system call, again and again while it is interrupted; returns its result, or the negated errno. */
    long call(Nr nr, long a, long b, long c, long d, long e, long f) {
        long result;
        do {
            result = Sys.once(state, nr, a, b, c, d, e, f);
        } while (result == -Errno.EINTR.number());
        return result;
    }

    /** As above, but one time only: Kernel: close(2) has closed even where it was interrupted. */
    long callOnce(Nr nr, long a) {
        return Sys.once(state, nr, a, 0, 0, 0, 0, 0);
    }
}

package io.crius.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** {@link KernelFeatures} by system calls. Thread-safe. */
final class NodeFeatures implements KernelFeatures {
    /** Kernel: struct statfs of asm-generic/statfs.h and of x86-64: words of 8 bytes in this order. */
    private static final int STATFS_SIZE = 120;

    private final NativeThreads threads;

    NodeFeatures(NativeThreads threads) {
        this.threads = threads;
    }

    @Override
    public StatFs statFs(Path path) throws IOException {
        return threads.call(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment words = arena.allocate(STATFS_SIZE, Long.BYTES);
                Sys.check(Sys.call(Nr.STATFS, Sys.string(arena, path), words.address()), "statfs(" + path + ")");
                return new StatFs(
                        word(words, 0),
                        word(words, 1),
                        word(words, 2),
                        word(words, 3),
                        word(words, 4),
                        word(words, 5),
                        word(words, 6));
            }
        });
    }

    private static long word(MemorySegment words, int index) {
        return words.getAtIndex(ValueLayout.JAVA_LONG, index);
    }
}

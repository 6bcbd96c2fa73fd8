package io.crius.runtime.exec;

import io.crius.model.ByteBudget;
import io.crius.runtime.process.Output;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The beginning of what a command writes to one stream: up to a limit, and no more than the budget of all commands has left. Its
 * first block is kept in any case, since what probes look at is short. Closing gives back what it took of the budget. Not
 * thread-safe.
 */
final class KeptOutput implements Output, AutoCloseable {
    /** The size of a block in bytes; kubelet keeps 10 KiB of a probe's output. */
    static final int BLOCK = 16 << 10;

    private final int limit;
    private final ByteBudget.Share memory;
    private final Deque<byte[]> blocks = new ArrayDeque<>();
    private int size;
    private boolean truncated;

    KeptOutput(int limit, ByteBudget budget) {
        this.limit = limit;
        this.memory = budget.share();
    }

    @Override
    public void accept(byte[] bytes, int length) {
        int accepted = 0;
        while (accepted < length && !truncated) {
            int place = size % BLOCK;
            if (size == limit || (place == 0 && !anotherBlock())) {
                truncated = true;
            } else {
                int fitting = Math.min(Math.min(BLOCK - place, limit - size), length - accepted);
                System.arraycopy(bytes, accepted, blocks.getLast(), place, fitting);
                size += fitting;
                accepted += fitting;
            }
        }
    }

    private boolean anotherBlock() {
        if (!blocks.isEmpty() && !memory.take(BLOCK)) {
            return false;
        }
        blocks.add(new byte[BLOCK]);
        return true;
    }

    /** Whether the command wrote more than was kept. */
    boolean truncated() {
        return truncated;
    }

    /** Hands over what was kept; nothing is kept after that. */
    byte[] take() {
        byte[] all = new byte[size];
        int begin = 0;
        while (!blocks.isEmpty()) {
            int count = Math.min(BLOCK, size - begin);
            System.arraycopy(blocks.removeFirst(), 0, all, begin, count);
            begin += count;
        }
        size = 0;
        return all;
    }

    /** The same as UTF-8; what is not becomes U+FFFD. */
    String takeText() {
        return new String(take(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        blocks.clear();
        size = 0;
        memory.close();
    }
}

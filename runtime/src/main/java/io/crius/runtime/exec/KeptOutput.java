package io.crius.runtime.exec;

import io.crius.model.ByteBudget;
import io.crius.runtime.process.Output;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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
    private final List<byte[]> blocks = new ArrayList<>();
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

    /** What was kept so far. */
    byte[] bytes() {
        byte[] all = new byte[size];
        for (int i = 0; i < blocks.size(); i++) {
            int begin = i * BLOCK;
            System.arraycopy(blocks.get(i), 0, all, begin, Math.min(BLOCK, size - begin));
        }
        return all;
    }

    /** The same as UTF-8; what is not becomes U+FFFD. */
    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        blocks.clear();
        size = 0;
        memory.close();
    }
}

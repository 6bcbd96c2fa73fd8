package io.crius.fuzz;

import com.sun.management.ThreadMXBean;
import io.crius.image.trust.signature.RejectedException;
import io.crius.model.CriusException;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Gives inputs to one target and judges what it does. For one thread. */
public final class Trial {
    /** Processor time of one input, whatever else the machine does: far above what any needs. */
    private static final long MOST_NANOS = 5_000_000_000L;

    /** Bytes allocated for one input, in total. */
    private static final long MOST_BYTES = 256L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Target target;

    public Trial(Target target) {
        this.target = target;
    }

    /** What one run cost this thread. */
    private record Cost(boolean accepted, long nanos, long bytes) {
        boolean isTooMuch() {
            return nanos > MOST_NANOS || bytes > MOST_BYTES;
        }
    }

    /** Whether the input was accepted; throws {@link FindingException} for anything that is neither that nor a refusal. */
    public boolean accepts(byte[] input) {
        Cost cost = run(input);
        if (cost.isTooMuch()) {
            // The first run may have loaded classes, and Jazzer changed them.
            cost = run(input);
        }
        if (cost.isTooMuch()) {
            throw new FindingException(
                    target.name(),
                    input,
                    "took " + cost.nanos / 1_000_000 + " ms of processor time and " + (cost.bytes >> 20) + " MiB");
        }
        return cost.accepted;
    }

    private Cost run(byte[] input) {
        long nanos = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        boolean accepted = parse(input);
        return new Cost(
                accepted, THREADS.getCurrentThreadCpuTime() - nanos, THREADS.getCurrentThreadAllocatedBytes() - bytes);
    }

    private boolean parse(byte[] input) {
        try {
            target.parse(input);
            return true;
        } catch (CriusException | IOException | RejectedException e) {
            String message = e.getMessage();
            if (message == null || message.isBlank()) {
                throw new FindingException(target.name(), input, "was refused without a message", e);
            }
            return false;
        } catch (Exception | StackOverflowError | OutOfMemoryError | AssertionError e) {
            throw new FindingException(target.name(), input, String.valueOf(e), e);
        }
    }
}

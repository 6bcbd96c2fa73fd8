package io.crius.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Gives a target many inputs out of one seed. The same seed and number of inputs is the same round, on any machine: nothing
 * depends on time.
 */
public final class Round {
    private static final int LARGEST_POOL = 400;

    /** Longer ones are tried, but not built on: they would slow everything down. */
    private static final int LARGEST_KEPT = 4 << 10;

    private final Target target;
    private final Trial trial;
    private final Random random;
    private final Mutator mutator;
    private final List<byte[]> pool;

    /** What came of a round. */
    public record Result(long inputs, long accepted) {}

    /** @param corpus inputs beside the target's own seeds */
    public Round(Target target, List<byte[]> corpus, long seed) {
        this.target = target;
        this.trial = new Trial(target);
        this.random = new Random(seed);
        this.mutator = new Mutator(random, target);
        this.pool = new ArrayList<>(target.seeds());
        pool.addAll(corpus);
    }

    /** Tries the seeds as they are and then so many others; throws {@link FindingException}. */
    public Result run(long inputs) {
        for (byte[] seed : pool) {
            trial.accepts(seed);
        }
        long accepted = 0;
        for (long i = 0; i < inputs; i++) {
            byte[] input = mutator.next(pool);
            if (trial.accepts(input)) {
                accepted++;
                keep(input);
            }
        }
        return new Result(inputs, accepted);
    }

    /** What is accepted goes on changing, so that inputs get away from their seeds. */
    private void keep(byte[] input) {
        if (input.length > LARGEST_KEPT * target.grain()) {
            return;
        }
        if (pool.size() < LARGEST_POOL) {
            pool.add(input);
        } else {
            int seeds = target.seeds().size();
            pool.set(seeds + random.nextInt(pool.size() - seeds), input);
        }
    }
}

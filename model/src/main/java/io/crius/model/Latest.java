package io.crius.model;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was made of something that does not change, kept until it is asked for something else: for answers that are the same
 * many times over. Thread-safe and never waits; two threads that ask at the same moment may both make it.
 *
 * @param <S> immutable; equal ones give equal results
 */
public final class Latest<S, T> {
    private record Made<S, T>(S source, T result) {}

    private final Function<S, T> maker;
    private volatile @Nullable Made<S, T> made;

    public Latest(Function<S, T> maker) {
        this.maker = maker;
    }

    public T of(S source) {
        Made<S, T> last = made;
        if (last != null && last.source.equals(source)) {
            return last.result;
        }
        T result = maker.apply(source);
        made = new Made<>(source, result);
        return result;
    }
}

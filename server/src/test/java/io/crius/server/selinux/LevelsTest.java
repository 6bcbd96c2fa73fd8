package io.crius.server.selinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class LevelsTest {
    @Test
    void noTwoPodsDrawTheSame() {
        Set<String> drawn = new HashSet<>();
        var levels = new Levels(() -> Set.of(), new Random(7));
        for (int i = 0; i < 2000; i++) {
            assertThat(drawn.add(levels.draw())).isTrue();
        }
        assertThat(drawn).allMatch(level -> level.matches("s0:c\\d{1,4},c\\d{1,4}"));
    }

    /** A generator that draws the categories 1 and 2, then 3 and 4, then 5 twice, and 6. */
    private static RandomGenerator sequence(int... numbers) {
        return new RandomGenerator() {
            private int next;

            @Override
            public long nextLong() {
                throw new AssertionError("only categories are drawn");
            }

            @Override
            public int nextInt(int bound) {
                return numbers[next++ % numbers.length];
            }
        };
    }

    @Test
    void aLevelThatAPodHasIsNotDrawn() {
        var levels = new Levels(() -> Set.of("s0:c1,c2"), sequence(2, 1, 5, 5, 4, 3));
        assertThat(levels.draw()).isEqualTo("s0:c3,c4");
    }

    @Test
    void whereNoneIsFreeThatIsSaid() {
        var levels = new Levels(() -> Set.of("s0:c1,c2"), sequence(1, 2));
        assertThatThrownBy(levels::draw)
                .isInstanceOf(CriusException.ResourceExhausted.class)
                .hasMessage("no SELinux level is free: 1 pods have one of their own");
    }
}

package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProcessStatTest {
    @Test
    void readsFieldsBehindANameThatHoldsAnything() {
        String line = "4711 (a) (b c) S 1 4711 4710 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2 3\n";

        assertThat(ProcessStat.parse(line)).contains(new ProcessStat('S', 1, 4711, 4710, 987654));
    }

    @Test
    void knowsTheDead() {
        assertThat(new ProcessStat('Z', 1, 1, 1, 1).isDead()).isTrue();
        assertThat(new ProcessStat('D', 1, 1, 1, 1).isDead()).isFalse();
    }

    @Test
    void takesNothingFromALineThatIsCut() {
        assertThat(ProcessStat.parse("")).isEmpty();
        assertThat(ProcessStat.parse("12 (x) S 1 2")).isEmpty();
        assertThat(ProcessStat.parse("12 (x)")).isEmpty();
    }
}

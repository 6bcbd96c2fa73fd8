package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeLongsTest {
    @Test
    void keepsNumbersAndIsZeroElsewhere() {
        try (var table = new NativeLongs(1000)) {
            table.set(999, -7);
            assertThat(table.get(999)).isEqualTo(-7);
            assertThat(table.get(0)).isZero();
            assertThat(table.length()).isEqualTo(1000);
            assertThatThrownBy(() -> table.get(1000)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void isNotUsedAfterItsEnd() {
        var table = new NativeLongs(10);
        table.close();
        assertThatThrownBy(() -> table.get(0)).isInstanceOf(IllegalStateException.class);
    }
}

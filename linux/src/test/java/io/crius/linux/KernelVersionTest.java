package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KernelVersionTest {
    @ParameterizedTest
    @CsvSource({"6.1.0-18-amd64, 6.1", "6.18.44-fc-v669, 6.18", "5.15, 5.15", "6.8-rc1, 6.8", "10.0.0+, 10.0"})
    void aReleaseBeginsWithItsVersion(String release, String version) {
        assertThat(KernelVersion.parse(release)).hasToString(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "linux", "6", "6.", ".1", "-6.1"})
    void whatBeginsOtherwiseIsNone(String release) {
        assertThatThrownBy(() -> KernelVersion.parse(release))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kernel release " + release);
    }

    @Test
    void versionsAreNumbersAndNotText() {
        assertThat(new KernelVersion(6, 10).isAtLeast(6, 9)).isTrue();
        assertThat(new KernelVersion(5, 19).isAtLeast(6, 0)).isFalse();
        assertThat(new KernelVersion(6, 6).isAtLeast(6, 6)).isTrue();
    }
}

package io.crius.server.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({
        "1,1",
        "4096,4096",
        "16m,16777216",
        "16MB,16777216",
        "16MiB,16777216",
        "1.5Gi,1610612736",
        "1024 kB,1048576",
        "2t,2199023255552"
    })
    void unitsAreInPowersOf1024(String text, long bytes) {
        assertThat(MemorySize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "64x", "m", "1e3", "64m,mode=0777", "٣"})
    void whatIsNoAmountIsRefused(String text) {
        assertThatThrownBy(() -> MemorySize.parse(text))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("\"" + text + "\" is not an amount of memory such as 64m or 1Gi");
    }

    @Test
    void nothingAndTooMuchAreRefused() {
        assertThatThrownBy(() -> MemorySize.parse("0")).hasMessageContaining("must be greater than 0");
        assertThatThrownBy(() -> MemorySize.parse("9000p")).hasMessageContaining("less than 8 EiB");
    }
}

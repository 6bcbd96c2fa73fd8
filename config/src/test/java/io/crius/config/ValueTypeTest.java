package io.crius.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
    @ParameterizedTest
    @CsvSource({"0s,0", "'',0", "0,0", "10s,10000", "1h30m,5400000", "1.5s,1500", "200ms,200", "1m0.5s,60500"})
    void durationsAreReadAsGoWritesThem(String text, long millis) throws BadValueException {
        assertThat(ValueType.DURATION.read(new RawValue.Text(text))).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "s", "10 s", "-1s", "1d", "1..2s", "1s2", "9999999h"})
    void otherDurationsAreRefused(String text) {
        assertThatThrownBy(() -> ValueType.DURATION.read(new RawValue.Text(text)))
                .hasMessageStartingWith("expected a duration such as \"10s\"")
                .hasMessageEndingWith("found \"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "12MiB,12582912", "12m,12582912", "500k,512000", "1GB,1073741824", "7 KiB,7168", "9b,9"})
    void sizesAreMultiplesOf1024(String text, long bytes) throws BadValueException {
        assertThat(ValueType.BYTES.read(new RawValue.Text(text))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "-1", "1.5m", "1x", "99999999999g"})
    void otherSizesAreRefused(String text) {
        assertThatThrownBy(() -> ValueType.BYTES.read(new RawValue.Text(text)))
                .hasMessageContaining("expected a size such as \"12MiB\"");
    }

    @Test
    void pathsAreAbsoluteAndNormalised() throws BadValueException {
        assertThat(ValueType.PATH.read(new RawValue.Text("/a/./b/../c/"))).isEqualTo(Path.of("/a/c"));
        assertThatThrownBy(() -> ValueType.PATH.read(new RawValue.Text("")))
                .hasMessage("expected an absolute path, found \"\"");
    }

    @Test
    void aLimitWithoutAHardPartHasBothAlike() throws BadValueException {
        RawValue raw = new RawValue.Items(List.of(new RawValue.Text("nofile=5"), new RawValue.Text("core=0:-1")));
        assertThat(ValueType.ULIMITS.read(raw)).containsExactly(new Ulimit("nofile", 5, 5), new Ulimit("core", 0, -1));
    }

    @Test
    void stringsAreEscapedAsTomlDemands() {
        assertThat(Toml.quote("a\"b\\c\n\t\u0001é")).isEqualTo("\"a\\\"b\\\\c\\n\\t\\u0001é\"");
    }
}

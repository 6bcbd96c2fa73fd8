package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CniVersionTest {
    @Test
    void ordersByNumberNotByText() {
        assertThat(CniVersion.parse("0.10.0").orElseThrow()).isGreaterThan(CniVersion.RESULT_FOR_DEL);
        assertThat(CniVersion.parse("1.1").orElseThrow()).isEqualTo(CniVersion.STATUS_AND_GC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.x.0", "1.0.0.0", "v1.0.0"})
    void isNotReadFromOtherTexts(String text) {
        assertThat(CniVersion.parse(text)).isEmpty();
    }
}

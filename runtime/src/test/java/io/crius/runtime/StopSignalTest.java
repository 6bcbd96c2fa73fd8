package io.crius.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StopSignalTest {
    @ParameterizedTest
    @CsvSource({
        "SIGTERM, 15", "TERM, 15", "term, 15", "15, 15", " sigquit , 3", "SIGRTMIN+3, 37", "RTMIN, 34", "SIGRTMAX, 64",
        "SIGRTMAX-14, 50", "SIGCLD, 17", "SIGIOT, 6", "POLL, 29", "SIGSYS, 31", "64, 64", "RTMIN+30, 64", "33, 33"
    })
    void isReadAsImagesAndRequestsWriteIt(String text, int number) {
        assertThat(StopSignal.parse(text).number()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SIG",
                "0",
                "65",
                "-1",
                "SIGNOPE",
                "RTMIN+31",
                "RTMIN-1",
                "RTMAX+1",
                "RTMIN+",
                "RTMINX",
                "9999",
                "٩"
            })
    void isRefusedWhereItIsNone(String text) {
        assertThatThrownBy(() -> StopSignal.parse(text))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("signal");
    }

    @Test
    void hasANameThatReadsBackAsTheSameSignal() {
        for (int number = 1; number <= 64; number++) {
            if (number != 32 && number != 33) {
                var signal = new StopSignal(number);
                assertThat(StopSignal.parse(signal.name())).isEqualTo(signal);
            }
        }
        assertThat(new StopSignal(37)).hasToString("SIGRTMIN+3");
    }
}

package io.crius.runtime.conmon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SyncMessageTest {
    @Test
    void readsThePidOfACreatedContainer() {
        SyncMessage message = SyncMessage.parse(bytes("{\"pid\": 4711}\n"));

        assertThat(message.pid()).isEqualTo(4711);
        assertThat(message.message()).isEmpty();
    }

    @Test
    void readsTheRuntimesWordsOfAFailedOne() {
        SyncMessage message = SyncMessage.parse(bytes(
                "{\"pid\": -1, \"message\": \"time=\\\"x\\\" level=error msg=\\\"no \\/bin\\/x\\\"\\n\\u0007\\t\"}"));

        assertThat(message.pid()).isEqualTo(-1);
        assertThat(message.message()).contains("time=\"x\" level=error msg=\"no /bin/x\"\n\u0007\t");
    }

    @Test
    void readsTheFormOfTheNewerInterface() {
        assertThat(SyncMessage.parse(bytes("{\"data\": 12}")).pid()).isEqualTo(12);
    }

    @Test
    void keepsWhatIsReadableOfTextThatIsNotUtf8() {
        byte[] line = "{\"pid\": -1, \"message\": \"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(SyncMessage.parse(line).message()).contains("caf\uFFFD");
    }

    @Test
    void refusesWhatTheMonitorDoesNotSay() {
        assertThatThrownBy(() -> SyncMessage.parse(bytes("conmon: option parsing failed")))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("monitor message");
        assertThatThrownBy(() -> SyncMessage.parse(bytes("{\"exit_code\": 1}")))
                .hasMessageContaining("monitor message")
                .hasMessageContaining("is missing");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

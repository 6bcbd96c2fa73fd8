package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.ContainerLog.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLogTest {
    @TempDir
    private Path folder;

    @Test
    void partsOfAStreamAreJoined() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), """
                2026-01-02T03:04:05.123456789+00:00 stdout P one\s
                2026-01-02T03:04:05.123456789Z stderr F error
                2026-01-02T03:04:05.123456789+02:00 stdout F line
                2026-01-02T03:04:05.123456789+02:00 stdout F\s
                """);
        ContainerLog log = ContainerLog.of(file);
        assertThat(log.text(Stream.STDOUT)).isEqualTo("one line\n\n");
        assertThat(log.text(Stream.STDERR)).isEqualTo("error\n");
    }

    @Test
    void anotherFormatIsAnError() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "just text\n");
        assertThatThrownBy(() -> ContainerLog.of(file)).hasMessage("not a line of a CRI log: just text");
        Path empty = Files.writeString(folder.resolve("empty"), "2026-01-02T03:04:05Z stdout F x\n\n");
        assertThatThrownBy(() -> ContainerLog.of(empty)).hasMessage("not a line of a CRI log: ");
        Path date = Files.writeString(folder.resolve("date"), "2026-01-02T03:04Z stdout F x\n");
        assertThatThrownBy(() -> ContainerLog.of(date)).hasMessageStartingWith("not a line of a CRI log: 2026");
    }
}

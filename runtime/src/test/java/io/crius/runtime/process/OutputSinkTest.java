package io.crius.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.runtime.process.OutputSink.Keep;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class OutputSinkTest {
    @Test
    void keepsTheBeginning() {
        var sink = new OutputSink(5, Keep.BEGINNING);

        write(sink, "abc", "def", "ghi");

        assertThat(sink.text()).isEqualTo("abcde");
        assertThat(sink.truncated()).isTrue();
    }

    @Test
    void keepsTheEnd() {
        var sink = new OutputSink(5, Keep.END);

        write(sink, "abc", "def", "ghi", "j".repeat(100), "klm");

        assertThat(sink.text()).isEqualTo("jjklm");
        assertThat(sink.truncated()).isTrue();
    }

    @Test
    void isNotTruncatedWhereAllFits() {
        for (Keep keep : Keep.values()) {
            var sink = new OutputSink(5, keep);
            write(sink, "ab", "cde");
            assertThat(sink.text()).isEqualTo("abcde");
            assertThat(sink.truncated()).isFalse();
        }
    }

    @Test
    void knowsWhetherItHasALine() {
        var sink = new OutputSink(100, Keep.BEGINNING);
        write(sink, "{\"pid\":");
        assertThat(sink.hasLine()).isFalse();
        write(sink, " 1}\n");
        assertThat(sink.hasLine()).isTrue();
    }

    private static void write(OutputSink sink, String... pieces) {
        for (String piece : pieces) {
            byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
            sink.accept(bytes, bytes.length);
        }
    }
}

package io.crius.streaming.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.streaming.session.Ending;
import io.crius.streaming.session.TerminalSize;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResizesTest {
    private final Resizes resizes = new Resizes();
    private final List<TerminalSize> told = new ArrayList<>();

    private void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        resizes.accept(bytes, 0, bytes.length);
    }

    @Test
    void sizesAreReadHoweverTheyAreCut() {
        resizes.listen(told::add);
        send("{\"Width\":80,\"Hei");
        send("ght\":24}{\"height\" : 50, \"WIDTH\": 100}\n{\"Width\":1}");
        assertThat(told).containsExactly(new TerminalSize(80, 24), new TerminalSize(100, 50));
    }

    @Test
    void whoListensLateIsToldTheLastSize() {
        send("{\"Width\":1,\"Height\":2}{\"Width\":3,\"Height\":99999}");
        resizes.listen(told::add);
        assertThat(told).containsExactly(new TerminalSize(3, 65535));
    }

    @Test
    void whatIsNoSizeIsPassedOver() {
        resizes.listen(told::add);
        send("x".repeat(5000));
        send("}{\"Width\":7,\"Height\":8}");
        assertThat(told).containsExactly(new TerminalSize(7, 8));
    }

    @Test
    void failuresAreStatusesThatKubernetesKnows() {
        assertThat(new String(StatusText.json(new Ending.Failed("no \"x\"")), StandardCharsets.UTF_8))
                .isEqualTo("{\"status\":\"Failure\",\"message\":\"Internal error occurred: no \\\"x\\\"\","
                        + "\"reason\":\"InternalError\",\"code\":500}");
        assertThat(StatusText.plain(new Ending.Success())).isEmpty();
    }
}

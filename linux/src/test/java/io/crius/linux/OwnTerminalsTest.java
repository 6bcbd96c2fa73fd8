package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.OwnTerminals.Raw;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnTerminalsTest {
    private final OwnTerminals terminals = OwnTerminals.real();

    @Test
    void whatIsNoTerminalHasNoSizeAndCannotBeMadeRaw() throws Exception {
        try (Fd file = Linux.real().descriptors().open(Path.of("/dev/null"), Set.of(OpenFlag.RDWR), 0)) {
            assertThat(terminals.size(file.number())).isEmpty();
            assertThatThrownBy(() -> terminals.raw(file.number()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("TCGETS");
        }
    }

    @Test
    void aTerminalGetsBackWhatItWas() throws Exception {
        try (Fd master = Linux.real().descriptors().open(Path.of("/dev/ptmx"), Set.of(OpenFlag.RDWR), 0)) {
            assertThat(terminals.size(master.number())).contains(new OwnTerminals.Size(0, 0));
            try (Raw raw = terminals.raw(master.number())) {
                raw.close();
            }
            try (Raw _ = terminals.raw(master.number())) {
                assertThat(terminals.size(master.number())).isPresent();
            }
        }
    }
}

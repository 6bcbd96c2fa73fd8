package io.crius.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Path LAUNCHER = Path.of("/x/bin/crius");

    @Test
    void nothingSaidMeasuresAllInFull() {
        Options options = Options.parse(new String[0], LAUNCHER);
        assertThat(options.plan()).isEqualTo(Plan.FULL);
        assertThat(options.contestants()).containsExactly("containerd", "crius", "crius-crun");
        assertThat(options.launcher()).isEqualTo(LAUNCHER);
        assertThat(options.markdown()).isEmpty();
    }

    @Test
    void everythingCanBeSaid() {
        Options options = Options.parse(
                new String[] {"--short", "--only", "crius,crius-crun", "--launcher", "/l", "--markdown", "/m"},
                LAUNCHER);
        assertThat(options.plan()).isEqualTo(Plan.SHORT);
        assertThat(options.contestants()).containsExactly("crius", "crius-crun");
        assertThat(options.launcher()).isEqualTo(Path.of("/l"));
        assertThat(options.markdown()).contains(Path.of("/m"));
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> Options.parse(new String[] {"--fast"}, LAUNCHER))
                .hasMessage("unknown option --fast");
        assertThatThrownBy(() -> Options.parse(new String[] {"--only"}, LAUNCHER))
                .hasMessage("--only needs a value");
    }
}

package io.crius.server.container.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private static final List<String> NONE = List.of();
    private static final List<String> ENTRYPOINT = List.of("/entry");
    private static final List<String> CMD = List.of("cmd");

    @Test
    void followsKubernetesTable() {
        assertThat(CommandLine.of(NONE, NONE, ENTRYPOINT, CMD)).containsExactly("/entry", "cmd");
        assertThat(CommandLine.of(List.of("/c"), NONE, ENTRYPOINT, CMD)).containsExactly("/c");
        assertThat(CommandLine.of(NONE, List.of("a"), ENTRYPOINT, CMD)).containsExactly("/entry", "a");
        assertThat(CommandLine.of(List.of("/c"), List.of("a"), ENTRYPOINT, CMD)).containsExactly("/c", "a");
        assertThat(CommandLine.of(NONE, List.of("a"), NONE, CMD)).containsExactly("a");
    }

    @Test
    void refusesToRunNothing() {
        assertThatThrownBy(() -> CommandLine.of(NONE, NONE, NONE, NONE)).hasMessageContaining("no command specified");
    }
}

package io.crius.daemon.cli.ctl.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.daemon.cli.ctl.line.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path folder;

    @Test
    void flagsAreStrongerThanTheEnvironmentAndThatThanTheFile() throws IOException {
        Path file = file("""
                # comment
                runtime-endpoint: "unix:///file.sock"
                image-endpoint: ''
                timeout: 3 # seconds
                pull-image-on-create: true
                """);

        assertThat(settings(file, Map.of()).runtime()).isEqualTo(Path.of("/file.sock"));
        assertThat(settings(file, Map.of()).image()).isEqualTo(Path.of("/file.sock"));
        assertThat(settings(file, Map.of()).timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings(file, Map.of()).pullOnCreate()).isTrue();
        Map<String, String> environment =
                Map.of("CONTAINER_RUNTIME_ENDPOINT", "/env.sock", "IMAGE_SERVICE_ENDPOINT", "unix:///image.sock");
        assertThat(settings(file, environment).runtime()).isEqualTo(Path.of("/env.sock"));
        assertThat(settings(file, environment).image()).isEqualTo(Path.of("/image.sock"));
        assertThat(settings(file, environment, "-r", "unix:///flag.sock", "-t", "7s"))
                .extracting(Settings::runtime, Settings::timeout)
                .containsExactly(Path.of("/flag.sock"), Duration.ofSeconds(7));
    }

    @Test
    void aFileThatIsNotThereOrMalformedAndAnEndpointOverTheNetworkAreRefused() throws IOException {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> settings(missing, Map.of())).hasMessage("there is no file of settings " + missing);
        Path wrong = file("timeout: 1\nnonsense\n");
        assertThatThrownBy(() -> settings(wrong, Map.of())).hasMessage(wrong + ":2: \"nonsense\" is not key: value");
        assertThatThrownBy(() -> settings(file(""), Map.of(), "-r", "tcp://1.2.3.4:5"))
                .hasMessage("endpoint \"tcp://1.2.3.4:5\": only unix sockets are known, unix:///path/to.sock");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("crictl.yaml"), text);
    }

    private static Settings settings(Path file, Map<String, String> environment, String... flags) {
        List<String> words = new ArrayList<>(List.of("--config", file.toString()));
        words.addAll(List.of(flags));
        return Settings.of(CommandLine.parse(Settings.FLAGS, true, words), environment);
    }
}

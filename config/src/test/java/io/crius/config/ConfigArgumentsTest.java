package io.crius.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigArgumentsTest {
    @TempDir
    private Path etc;

    @Test
    void theFileIsOursWhereOurFolderExists() throws IOException {
        Path file =
                Files.writeString(Files.createDirectories(etc.resolve("crius")).resolve("crius.conf"), "");
        Files.writeString(Files.createDirectories(etc.resolve("crio")).resolve("crio.conf"), "");

        ConfigSources sources = parse();

        assertThat(sources.file()).contains(file);
        assertThat(sources.dropIns()).contains(etc.resolve("crius/crius.conf.d"));
        assertThat(sources.remarks()).isEmpty();
    }

    @Test
    void theFileIsThatOfCrioWhereOnlyItsFolderExistsAndTheRemarkSaysSo() throws IOException {
        Path file =
                Files.writeString(Files.createDirectories(etc.resolve("crio")).resolve("crio.conf"), "");

        ConfigSources sources = parse();

        assertThat(sources.file()).contains(file);
        assertThat(sources.dropIns()).contains(etc.resolve("crio/crio.conf.d"));
        assertThat(sources.remarks())
                .containsExactly(etc.resolve("crius") + " does not exist: the configuration of CRI-O in "
                        + etc.resolve("crio") + " is used");
    }

    @Test
    void aNodeWithoutAnyFileHasNone() {
        assertThat(parse().file()).isEmpty();
    }

    @Test
    void aNamedFileBringsTheDropInsBesideIt() {
        ConfigSources sources = parse("-c", "/tmp/x/my.conf");

        assertThat(sources.file()).contains(Path.of("/tmp/x/my.conf"));
        assertThat(sources.dropIns()).contains(Path.of("/tmp/x/my.conf.d"));
        assertThat(parse("--config=/tmp/x/my.conf", "--config-dir=").dropIns()).isEmpty();
        assertThat(parse("--config-dir", "/tmp/y").dropIns()).contains(Path.of("/tmp/y"));
    }

    @Test
    void flagsTakeTheirValueAfterAnEqualsSignOrAsTheNextArgument() {
        assertThat(parse("--listen=/a.sock", "--listen", "/b.sock", "--read-only", "--selinux=false", "-l", "debug")
                        .flags())
                .containsExactly(
                        new ConfigSources.Flag("listen", "/a.sock"),
                        new ConfigSources.Flag("listen", "/b.sock"),
                        new ConfigSources.Flag("read-only", "true"),
                        new ConfigSources.Flag("selinux", "false"),
                        new ConfigSources.Flag("log-level", "debug"));
    }

    @Test
    void wrongFlagsAreRefusedWithASuggestion() {
        assertThatThrownBy(() -> parse("--log-levle=debug"))
                .hasMessage("command line: no such flag --log-levle; did you mean \"--log-level\"?");
        assertThatThrownBy(() -> parse("--listen")).hasMessage("command line: --listen needs a value");
        assertThatThrownBy(() -> parse("stray")).hasMessage("command line: unexpected argument \"stray\"");
    }

    private ConfigSources parse(String... arguments) {
        return ConfigArguments.parse(List.of(arguments), Map.of(), etc);
    }
}

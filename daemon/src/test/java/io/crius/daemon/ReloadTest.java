package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.ConfigLoader;
import io.crius.config.ConfigSources;
import io.crius.config.LoadedConfig;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
    @TempDir
    Path folder;

    private final List<LoadedConfig> put = new ArrayList<>();
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("crius.conf"), "[crio.runtime]\npids_limit = 5\n");
    }

    private LoadedConfig read() {
        return ConfigLoader.load(ConfigSources.ofFile(file));
    }

    @Test
    void whatChangedIsKnownByItsKey() throws IOException {
        LoadedConfig before = read();
        assertThat(read().changedSince(before)).isEmpty();
        Files.writeString(file, """
                [crio.runtime]
                log_level = "warn"
                [crio.runtime.runtimes.mine]
                runtime_path = "/bin/true"
                """);
        assertThat(read().changedSince(before))
                .contains("crio.runtime.log_level", "crio.runtime.pids_limit")
                .anyMatch(key -> key.startsWith("crio.runtime.runtimes.mine."))
                .doesNotContain("crio.runtime.conmon_cgroup");
    }

    @Test
    void eachReloadIsPutInForce() throws IOException {
        var reload = new Reload(read(), this::read, put::add);
        Files.writeString(file, "[crio.runtime]\npids_limit = 6\n");
        reload.run();
        reload.run();
        assertThat(put).hasSize(2);
        assertThat(put.getLast().config().runtime().pidsLimit()).isEqualTo(6);
    }

    @Test
    void aFileThatIsWrongIsNotPutInForce() throws IOException {
        var reload = new Reload(read(), this::read, put::add);
        Files.writeString(file, "[crio.runtime]\npids_limit = \"many\"\n");
        reload.run();
        assertThat(put).isEmpty();
    }

    @Test
    void aRefusalIsNoEndOfReloads() throws IOException {
        var refusals = new ArrayList<LoadedConfig>();
        var reload = new Reload(read(), this::read, next -> {
            if (refusals.isEmpty()) {
                refusals.add(next);
                throw new CriusException.InvalidArgument("registries.conf is wrong");
            }
            put.add(next);
        });
        reload.run();
        assertThat(put).isEmpty();
        reload.run();
        assertThat(put).hasSize(1);
    }
}

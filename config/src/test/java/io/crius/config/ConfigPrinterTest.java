package io.crius.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.ConfigPrinter.Detail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigPrinterTest {
    @TempDir
    private Path folder;

    @Test
    void thePrintedDefaultsAreReadBackAsTheDefaults() {
        String printed = new ConfigPrinter(Set.of()).print(CriusConfig.defaults());

        LoadedConfig loaded = load(printed);

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().tables())
                .allSatisfy(table -> assertThat(table.explicit()).isEmpty());
        assertThat(printed).contains("# log_level = \"info\"\n").doesNotContain("\nlog_level");
    }

    @Test
    void onlyValuesThatDifferAreActive() {
        String printed = new ConfigPrinter(Set.of())
                .print(load("[crio.runtime]\npids_limit = 7").config());

        assertThat(printed.lines().filter(line -> !line.startsWith("#") && !line.isBlank() && !line.startsWith("[")))
                .containsExactly("pids_limit = 7");
    }

    @Test
    void everyOptionSurvivesPrintingAndReading() {
        StringBuilder file = new StringBuilder();
        for (TableSchema schema : CriusConfig.SCHEMAS) {
            file.append('[')
                    .append(schema.isNamed() ? schema.instance("\"x.y\"") : schema.name())
                    .append("]\n");
            for (Option<?> option : schema.options()) {
                file.append(option.key())
                        .append(" = ")
                        .append(OptionSamples.literal(option))
                        .append('\n');
            }
        }
        String consistent = file.toString()
                .replace("default_runtime = \"sample\"", "default_runtime = \"crun\"")
                .replace("runroot = \"/sample\"", "runroot = \"/run/sample\"")
                .replace("monitor_cgroup = \"sample\"", "monitor_cgroup = \"pod\"")
                .replace("conmon_cgroup = \"sample\"", "conmon_cgroup = \"pod\"")
                .replace("included_pod_metrics = [\"sample\"]", "included_pod_metrics = [\"cpu\"]");

        String printed = new ConfigPrinter(Set.of()).print(load(consistent).config());

        assertThat(new ConfigPrinter(Set.of()).print(load(printed).config())).isEqualTo(printed);
        assertThat(printed).contains("[crio.runtime.runtimes.\"x.y\"]");
    }

    @Test
    void originsAndDifferencesCanBeAskedFor() {
        String printed = new ConfigPrinter(Set.of(Detail.ORIGINS, Detail.DIFFERENCES))
                .print(load("[crio.runtime]\npids_limit = 7").config());

        assertThat(printed).isEqualTo("""
                # How pods and containers run.
                [crio.runtime]
                pids_limit = 7  # %s:2:1
                """.formatted(folder.resolve("printed.conf")));
    }

    private LoadedConfig load(String content) {
        try {
            return ConfigLoader.load(ConfigSources.ofFile(Files.writeString(folder.resolve("printed.conf"), content)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

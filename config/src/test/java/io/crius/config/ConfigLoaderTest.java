package io.crius.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    @TempDir
    private Path folder;

    @Test
    void nothingConfiguredGivesTheDefaultsWithoutAWarning() {
        LoadedConfig loaded = ConfigLoader.load(sources(Map.of()));

        assertThat(loaded.config()).isEqualTo(CriusConfig.defaults());
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.files()).isEmpty();
        assertThat(loaded.config().runtimes()).containsOnlyKeys("crun", "runc");
        assertThat(loaded.config().api().listen()).isEqualTo(Path.of("/run/crius/crius.sock"));
    }

    @Test
    void dropInsBeatTheFileAndComeInLexicalOrderOfEachLevel() {
        file("crius.conf", "[crio.runtime]\nlog_level = \"warn\"\npids_limit = 1");
        file("crius.conf.d/20-last.conf", "[crio.runtime]\nlog_level = \"trace\"");
        file("crius.conf.d/10-folder/sub.conf", "[crio.runtime]\nlog_level = \"debug\"\npids_limit = 2");
        file("crius.conf.d/05-first.conf", "[crio.runtime]\npids_limit = 3");

        LoadedConfig loaded = ConfigLoader.load(sources(Map.of()));

        assertThat(loaded.config().runtime().logLevel()).isEqualTo(LogLevel.TRACE);
        assertThat(loaded.config().runtime().pidsLimit()).isEqualTo(2);
        assertThat(loaded.files().stream().map(path -> folder.relativize(path).toString()))
                .containsExactly(
                        "crius.conf",
                        "crius.conf.d/05-first.conf",
                        "crius.conf.d/10-folder/sub.conf",
                        "crius.conf.d/20-last.conf");
    }

    @Test
    void environmentBeatsFilesAndFlagsBeatTheEnvironment() {
        file("crius.conf", "[crio.runtime]\nlog_level = \"warn\"\nctr_stop_timeout = 31\nread_only = false");

        LoadedConfig loaded = ConfigLoader.load(sources(
                Map.of("CONTAINER_LOG_LEVEL", "error", "CONTAINER_STOP_TIMEOUT", "32"),
                "--log-level",
                "debug",
                "--read-only"));

        RuntimeTable runtime = loaded.config().runtime();
        assertThat(runtime.logLevel()).isEqualTo(LogLevel.DEBUG);
        assertThat(runtime.containerStopTimeout()).isEqualTo(Duration.ofSeconds(32));
        assertThat(runtime.readOnly()).isTrue();
        assertThat(runtime.settings().origin(RuntimeTable.LOG_LEVEL)).hasToString("command line --log-level");
        assertThat(runtime.settings().origin(RuntimeTable.CTR_STOP_TIMEOUT))
                .hasToString("environment variable CONTAINER_STOP_TIMEOUT");
    }

    @Test
    void everyValueKnowsItsFileLineAndColumn() {
        Path file = file("crius.conf", "# comment\n[crio.network]\n  network_dir = \"/net\"");

        Settings network =
                ConfigLoader.load(sources(Map.of())).config().network().settings();

        assertThat(network.origin(NetworkTable.NETWORK_DIR)).isEqualTo(new Origin.InFile(file, 3, 3));
        assertThat(network.origin(NetworkTable.PLUGIN_DIRS)).isEqualTo(Origin.DEFAULT);
    }

    @Test
    void arraysReplaceStorageOptionsAddUpAndHandlersMergeByKey() {
        file("crius.conf", """
                [crio]
                storage_option = ["overlay.mountopt=nodev", "a=1"]
                [crio.runtime]
                default_env = ["A=1", "B=2"]
                [crio.runtime.runtimes.kata]
                runtime_path = "/usr/bin/kata"
                runtime_type = "vm"
                default_annotations = {one = "1", two = "2"}
                """);
        file("crius.conf.d/10.conf", """
                [crio]
                storage_option = ["a=1", "b=2"]
                [crio.runtime]
                default_env = ["C=3"]
                [crio.runtime.runtimes.kata]
                runtime_path = "/opt/kata"
                default_annotations = {two = "zwei"}
                [crio.runtime.workloads.management]
                activation_annotation = "target.workload.openshift.io/management"
                resources = {cpushares = 0, cpuset = "0-1"}
                """);

        CriusConfig config = ConfigLoader.load(sources(Map.of())).config();

        assertThat(config.root().storageOptions()).containsExactly("overlay.mountopt=nodev", "a=1", "b=2");
        assertThat(config.runtime().defaultEnv()).containsExactly("C=3");
        HandlerTable kata = config.handler("kata").orElseThrow();
        assertThat(kata.handler()).isEqualTo("kata");
        assertThat(kata.runtimePath()).contains(Path.of("/opt/kata"));
        assertThat(kata.runtimeType()).isEqualTo(RuntimeType.VM);
        assertThat(kata.defaultAnnotations()).isEqualTo(Map.of("one", "1", "two", "zwei"));
        assertThat(config.workloads()).containsOnlyKeys("management");
        assertThat(config.workloads().get("management"))
                .extracting(WorkloadTable::resources)
                .isEqualTo(Map.of("cpushares", "0", "cpuset", "0-1"));
    }

    @Test
    void anEmptyHandlerTableMakesAHandler() {
        file("crius.conf", "[crio.runtime]\ndefault_runtime = \"youki\"\n[crio.runtime.runtimes.youki]");

        CriusConfig config = ConfigLoader.load(sources(Map.of())).config();

        assertThat(config.handler("")).map(HandlerTable::handler).contains("youki");
        assertThat(config.runtimes()).containsOnlyKeys("crun", "runc", "youki");
    }

    @Test
    void unknownKeysAreWarnedAboutWithPlaceAndSuggestion() {
        Path file = file("crius.conf", """
                [crio.runtime]
                log_levle = "debug"
                network_dir = "/net"
                nonsense = 1
                [crio.runtimes]
                [other]
                a.b = 1
                """);

        assertThat(ConfigLoader.load(sources(Map.of())).warnings())
                .containsExactly(
                        file + ":2:1: crio.runtime.log_levle: unknown key, ignored; did you mean \"log_level\"?",
                        file + ":3:1: crio.runtime.network_dir: unknown key, ignored;"
                                + " \"network_dir\" belongs to [crio.network]",
                        file + ":4:1: crio.runtime.nonsense: unknown key, ignored",
                        file + ":5:1: crio.runtimes: unknown table, ignored; did you mean \"runtime\"?",
                        file + ":6:1: other: unknown table, ignored");
    }

    @Test
    void allProblemsOfAllSourcesAreReportedAtOnce() {
        Path file = file("crius.conf", """
                [crio]
                root = "relative"
                storage_driver = "overlai"
                network = 5
                [crio.runtime]
                pids_limit = "many"
                log_size_max = 100
                default_runtime = "cran"
                default_env = ["A=1", 2]
                default_ulimits = ["nofile=2:1"]
                """);
        Path dropIn = file("crius.conf.d/10.conf", "[crio.api]\nlisten = \n");

        assertThatThrownBy(() -> ConfigLoader.load(sources(Map.of("CONTAINER_METRICS_PORT", "70000"))))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .message()
                .startsWith("configuration: 10 problems\n")
                .contains(file + ":2:1: crio.root: expected an absolute path, found \"relative\"")
                .contains(file + ":3:1: crio.storage_driver: expected one of [\"overlay\", \"vfs\", \"btrfs\"], found"
                        + " \"overlai\"; did you mean \"overlay\"?")
                .contains(file + ":4:1: crio.network: expected a table, found an integer")
                .contains(file + ":6:1: crio.runtime.pids_limit: expected an integer, found a string")
                .contains(file + ":7:1: crio.runtime.log_size_max: expected -1 or at least 8192, found 100")
                .contains(file + ":8:1: crio.runtime.default_runtime: there is no [crio.runtime.runtimes.cran];"
                        + " did you mean \"crun\"?")
                .contains(file + ":9:1: crio.runtime.default_env: expected an array of strings, found an integer in it")
                .contains(file + ":10:1: crio.runtime.default_ulimits: expected a soft limit up to the hard one, found"
                        + " \"nofile=2:1\"")
                .contains(dropIn + ":2:")
                .contains("environment variable CONTAINER_METRICS_PORT: crio.metrics.metrics_port: expected an integer"
                        + " from 0 to 65535, found 70000");
    }

    @Test
    void contradictionsAreRefused() {
        file("crius.conf", """
                [crio]
                root = "/same"
                runroot = "/same"
                [crio.api]
                stream_enable_tls = true
                [crio.runtime]
                cgroup_manager = "cgroupfs"
                [crio.runtime.runtimes.crun]
                monitor_cgroup = "system.slice"
                [crio.runtime.runtimes.runc]
                monitor_cgroup = "elsewhere"
                [crio.stats]
                included_pod_metrics = ["all", "cup"]
                """);

        assertThatThrownBy(() -> ConfigLoader.load(sources(Map.of())))
                .message()
                .contains("crio.runroot: is the same folder as root: /same")
                .contains("crio.api.stream_enable_tls: needs stream_tls_cert and stream_tls_key")
                .contains(
                        "crio.runtime.runtimes.crun.monitor_cgroup: with cgroup_manager \"cgroupfs\" expected \"pod\"")
                .contains("crio.runtime.runtimes.runc.monitor_cgroup: expected \"pod\", a name that ends in .slice")
                .contains("there is no pod metric \"cup\"; did you mean \"cpu\"?")
                .contains("\"all\" stands alone");
    }

    @Test
    void timeoutsBelowTheLeastAreRaisedWithAWarning() {
        file("crius.conf", """
                [crio.runtime]
                ctr_stop_timeout = 5
                [crio.runtime.runtimes.crun]
                container_create_timeout = 1
                """);

        LoadedConfig loaded = ConfigLoader.load(sources(Map.of()));

        assertThat(loaded.config().runtime().containerStopTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(loaded.config().handler("crun").orElseThrow().containerCreateTimeout())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(loaded.warnings()).hasSize(2).allMatch(warning -> warning.contains("is less than 30; 30 is used"));
    }

    @Test
    void deprecatedMonitorOptionsReachTheHandlersThatHaveNone() {
        Path file = file("crius.conf", """
                [crio.runtime]
                conmon = "/usr/bin/conmon"
                conmon_env = ["PATH=/bin"]
                [crio.runtime.runtimes.runc]
                monitor_path = "/opt/conmon"
                [crio.network]
                plugin_dir = "/usr/lib/cni"
                """);

        LoadedConfig loaded = ConfigLoader.load(sources(Map.of()));

        HandlerTable crun = loaded.config().handler("crun").orElseThrow();
        assertThat(crun.monitorPath()).contains(Path.of("/usr/bin/conmon"));
        assertThat(crun.monitorEnv()).containsExactly("PATH=/bin");
        assertThat(loaded.config().handler("runc").orElseThrow().monitorPath()).contains(Path.of("/opt/conmon"));
        assertThat(loaded.config().network().pluginDirs())
                .containsExactly(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni"));
        assertThat(loaded.warnings())
                .contains(file + ":2:1: crio.runtime.conmon: is deprecated: set monitor_path of the handler");
    }

    @Test
    void settingsWithoutAnEffectYetCanBeListed() {
        file(
                "crius.conf",
                "[crio.tracing]\nenable_tracing = true\n[crio.metrics]\nmetrics_port = 9090\n[crio.runtime]\nread_only = true");

        assertThat(ConfigLoader.load(sources(Map.of())).notHonoured())
                .extracting(Setting::key)
                .containsExactly("crio.tracing.enable_tracing");
    }

    @Test
    void theStoreIsWhereStorageConfSaysUnlessTheFileSaysOtherwise() {
        Path storage = file("containers/storage.conf", """
                [storage]
                driver = "vfs"
                graphroot = "/graph"
                runroot = "/run/graph"
                imagestore = "/images"
                [storage.options]
                additionalimagestores = ["/one", "/two"]
                ignore_chown_errors = false
                size = ""
                [storage.options.vfs]
                ignore_chown_errors = "true"
                [storage.options.overlay]
                mountopt = "nodev"
                """);
        file("crius.conf", "[crio]\nrunroot = \"/run/mine\"\nstorage_option = [\"vfs.sync=filesystem\"]");

        RootTable root = ConfigLoader.load(new ConfigSources(
                        Optional.of(storage),
                        Optional.of(folder.resolve("crius.conf")),
                        Optional.empty(),
                        Map.of(),
                        List.of(),
                        List.of()))
                .config()
                .root();

        assertThat(root.root()).isEqualTo(Path.of("/graph"));
        assertThat(root.runRoot()).isEqualTo(Path.of("/run/mine"));
        assertThat(root.storageDriver()).isEqualTo(StorageDriver.VFS);
        assertThat(root.imageStore()).contains(Path.of("/images"));
        assertThat(root.storageOptions())
                .containsExactly(
                        "vfs.additionalimagestore=/one,/two", "vfs.ignore_chown_errors=true", "vfs.sync=filesystem");
        assertThat(root.settings().origin(RootTable.ROOT)).isEqualTo(new Origin.InFile(storage, 3, 1));
    }

    @Test
    void aTransientStoreIsRefused() {
        Path storage = file("containers/storage.conf", "[storage]\ndriver = \"overlay\"\ntransient_store = true\n");
        var sources = new ConfigSources(
                Optional.of(storage), Optional.empty(), Optional.empty(), Map.of(), List.of(), List.of());
        assertThatThrownBy(() -> ConfigLoader.load(sources))
                .hasMessageContaining(storage + ":3:1: storage.transient_store: a transient store cannot be shared");
    }

    @Test
    void driversThatWereGivenUpAreRefusedWithAWayOut() {
        file("crius.conf", "[crio]\nstorage_driver = \"devicemapper\"");
        assertThatThrownBy(() -> ConfigLoader.load(sources(Map.of())))
                .hasMessageContaining("\"devicemapper\" was given up by all tools of the family; use \"overlay\"");

        file("crius.conf", "[crio]\nstorage_driver = \"ovrlay\"");
        assertThatThrownBy(() -> ConfigLoader.load(sources(Map.of()))).hasMessageContaining("overlay");

        file("crius.conf", "[crio]\nstorage_driver = \"overlay2\"");
        assertThat(ConfigLoader.load(sources(Map.of())).config().root().storageDriver())
                .isEqualTo(StorageDriver.OVERLAY);
    }

    @Test
    void aNamedFileThatIsMissingOrNoTextIsAProblem() throws IOException {
        Path missing = folder.resolve("missing.conf");
        assertThatThrownBy(() -> ConfigLoader.load(ConfigSources.ofFile(missing)))
                .hasMessageContaining(missing + ":1:1: cannot be read: java.nio.file.NoSuchFileException");

        Path binary = Files.write(folder.resolve("binary.conf"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> ConfigLoader.load(ConfigSources.ofFile(binary)))
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void aSyntaxErrorNamesItsPlace() {
        Path file = file("crius.conf", "[crio.runtime]\nlog_level = debug\n");

        assertThatThrownBy(() -> ConfigLoader.load(ConfigSources.ofFile(file)))
                .hasMessageStartingWith("configuration: 1 problem\n  " + file + ":2:13: ");
    }

    @Test
    void setReachesAnyKey() {
        CriusConfig config = ConfigLoader.load(
                        sources(Map.of(), "--set", "crio.runtime.runtimes.kata.runtime_type=\"vm\""))
                .config();

        assertThat(config.handler("kata").orElseThrow().runtimeType()).isEqualTo(RuntimeType.VM);
        assertThatThrownBy(() -> ConfigLoader.load(sources(Map.of(), "--set", "crio.runtime.pids_limit=\"x\"")))
                .hasMessageContaining("command line --set: crio.runtime.pids_limit: expected an integer");
    }

    private ConfigSources sources(Map<String, String> environment, String... arguments) {
        ConfigSources parsed = ConfigArguments.parse(Arrays.asList(arguments), environment, folder.resolve("etc"));
        return new ConfigSources(
                Optional.empty(),
                Optional.of(folder.resolve("crius.conf")).filter(Files::exists),
                Optional.of(folder.resolve("crius.conf.d")),
                environment,
                parsed.flags(),
                parsed.remarks());
    }

    private Path file(String name, String content) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.resolveSibling("."));
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

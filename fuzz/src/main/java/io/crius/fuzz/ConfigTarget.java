package io.crius.fuzz;

import io.crius.config.ConfigLoader;
import io.crius.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** crio.conf with everything that its values mean. */
final class ConfigTarget implements Target {
    private final Path file;

    ConfigTarget() throws IOException {
        this.file = Files.createTempFile("crius-fuzz", ".conf");
    }

    @Override
    public String name() {
        return "config";
    }

    @Override
    public void parse(byte[] input) throws IOException {
        Files.write(file, input);
        ConfigLoader.load(ConfigSources.ofFile(file)).config().image().pinnedImages();
    }

    @Override
    public List<byte[]> seeds() {
        return Target.texts(
                """
                [crio]
                root = "/r"
                storage_option = ["a=b"]
                [crio.api]
                listen = "/x.sock"
                grpc_max_recv_msg_size = 0x10
                [crio.runtime]
                default_ulimits = ["nofile=1:2"]
                pids_limit = -1
                ctr_stop_timeout = 30
                log_size_max = 8192
                default_capabilities = ["CHOWN"]
                additional_devices = ["/dev/fuse:/dev/fuse:rwm"]
                [crio.runtime.runtimes.crun]
                runtime_path = "/usr/bin/crun"
                allowed_annotations = ["io.kubernetes.cri-o.Devices"]
                [crio.runtime.workloads.w]
                activation_annotation = "a"
                [crio.runtime.workloads.w.resources]
                cpushares = 3
                [crio.image]
                pull_progress_timeout = "10m5.5s"
                pinned_images = ["a*"]
                [crio.network]
                plugin_dirs = ["/opt"]
                [crio.metrics]
                metrics_port = 9090
                [crius]
                state_dir = "/s"
                """,
                "a = 1979-05-27T07:32:00Z\nb.\"c d\" = '''x'''\n[[t]]\n[t.u]\nk = {x = [1, [2.5, inf]], y = true}\n");
    }

    @Override
    public List<String> words() {
        return TOML;
    }

    static final List<String> TOML = List.of(
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "=",
            "\"",
            "'",
            "\"\"\"",
            "'''",
            ".",
            ",",
            "#",
            "\n",
            "true",
            "inf",
            "nan",
            "0x",
            "1e9",
            "1979-05-27",
            "\\u0000",
            "\\UFFFFFFFF",
            "x = [",
            "x = {a = ",
            "[crio.runtime]\n",
            "-9223372036854775809");

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package io.crius.oci.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.oci.json.Json;
import io.crius.oci.runtime.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real OCI runtimes start containers from our specs. */
class RuntimeSpecKernelIT {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    Path folder;

    private final String id = "crius-spec-it-" + ProcessHandle.current().pid() + "-" + System.nanoTime();

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aContainerRunsWithWhatTheSpecSays(String runtime) throws IOException, InterruptedException {
        List<String> lines = run(
                runtime,
                "hostname; cat /proc/sys/kernel/seccomp/actions_avail >/dev/null; grep -E 'CapBnd|NoNewPrivs|Seccomp:'"
                        + " /proc/self/status; touch /x || echo read-only; unshare -n true || echo no namespaces;"
                        + " cat /proc/kcore | wc -c");

        assertThat(lines)
                .contains("spec-test", "CapBnd:\t00000000000005fb", "NoNewPrivs:\t1", "Seccomp:\t2")
                .contains("read-only", "no namespaces", "0");
    }

    private List<String> run(String runtime, String script) throws IOException, InterruptedException {
        assumeTrue(isInstalled(runtime), runtime + " is not installed");
        assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        Path rootfs = makeRootfs();
        RuntimeSpec spec = ContainerSpecs.of(rootfs, List.of("/bin/busybox", "sh", "-c", script))
                .withLinux(linux -> linux.cgroupsPath("/" + id));
        Files.write(folder.resolve("config.json"), spec.toBytes());
        try {
            return finish(start(runtime, "run", "--bundle", folder.toString(), id));
        } finally {
            finish(start(runtime, "delete", "--force", id));
        }
    }

    private Path makeRootfs() throws IOException {
        Path rootfs = folder.resolve("rootfs");
        for (String name : List.of("bin", "proc", "dev", "sys")) {
            Files.createDirectories(rootfs.resolve(name));
        }
        Files.copy(BUSYBOX, rootfs.resolve("bin/busybox"));
        for (String tool : List.of("sh", "hostname", "grep", "touch", "unshare", "true", "cat", "wc")) {
            Files.createSymbolicLink(rootfs.resolve("bin").resolve(tool), Path.of("busybox"));
        }
        return rootfs;
    }

    private Process start(String runtime, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(runtime, "--root", folder.resolve("state").toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private List<String> finish(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return Files.readAllLines(folder.resolve("output"));
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void whatARuntimeSuggestsAsASpecIsRead(String runtime) throws IOException, InterruptedException {
        assumeTrue(isInstalled(runtime), runtime + " is not installed");
        Process process = new ProcessBuilder(runtime, "spec")
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        byte[] suggested = Files.readAllBytes(folder.resolve("config.json"));
        RuntimeSpec spec = RuntimeSpec.parse(suggested);
        assertThat(spec.process().args()).containsExactly("sh");
        assertThat(RuntimeSpec.parse(spec.toBytes())).isEqualTo(spec);
        assertThat(Json.parse(spec.toBytes()))
                .isInstanceOf(Json.parse(suggested).getClass());
    }
}

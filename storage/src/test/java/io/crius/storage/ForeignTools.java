package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Linux;
import io.crius.linux.MountInfo;
import io.crius.linux.UnmountFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** podman, buildah and skopeo on private roots, as processes of their own. */
final class ForeignTools {
    record Outcome(int code, String out) {}

    private final DriverKind driver;
    private final Path graphRoot;
    private final Path runRoot;
    private final Path tmp;

    ForeignTools(Path graphRoot, Path runRoot, Path tmp) {
        this(DriverKind.OVERLAY, graphRoot, runRoot, tmp);
    }

    ForeignTools(DriverKind driver, Path graphRoot, Path runRoot, Path tmp) {
        this.driver = driver;
        this.graphRoot = graphRoot;
        this.runRoot = runRoot;
        this.tmp = tmp;
    }

    static void assumeInstalled() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/podman")), "podman is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
        assumeTrue("root".equals(System.getProperty("user.name")), "this test needs root");
    }

    /** Takes every mount below the folder away, however often something was mounted there. */
    static void unmountBelow(Path folder, Linux linux) throws IOException {
        for (MountInfo mount : linux.mounts().list().reversed()) {
            if (mount.mountPoint().startsWith(folder)) {
                linux.mounts().unmount(mount.mountPoint(), Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW));
            }
        }
    }

    /** Runs podman, which must succeed. */
    String podman(String... arguments) {
        return succeed(podmanCommand(arguments));
    }

    Outcome podmanOutcome(String... arguments) {
        return run(podmanCommand(arguments));
    }

    private List<String> podmanCommand(String... arguments) {
        var command = new ArrayList<>(List.of(
                "podman",
                "--root",
                graphRoot.toString(),
                "--runroot",
                runRoot.toString(),
                "--storage-driver",
                driver.word(),
                "--cgroup-manager",
                "cgroupfs",
                "--tmpdir",
                tmp.resolve("podman").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    String buildah(String... arguments) {
        var command = new ArrayList<>(List.of(
                "buildah",
                "--root",
                graphRoot.toString(),
                "--runroot",
                runRoot.toString(),
                "--storage-driver",
                driver.word()));
        command.addAll(List.of(arguments));
        return succeed(command);
    }

    String skopeo(String... arguments) {
        var command = new ArrayList<>(List.of("skopeo"));
        command.addAll(List.of(arguments));
        return succeed(command);
    }

    /** The store's name for skopeo. */
    String reference(String image) {
        return "containers-storage:[" + driver.word() + "@" + graphRoot + "+" + runRoot + "]" + image;
    }

    private String succeed(List<String> command) {
        Outcome outcome = run(command);
        assertThat(outcome.code)
                .as("%s%n%s", String.join(" ", command), outcome.out)
                .isZero();
        return outcome.out.strip();
    }

    private Outcome run(List<String> command) {
        try {
            Path output = Files.createTempFile(tmp, "out", ".txt");
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("TMPDIR", tmp.toString());
            Process process = builder.start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + " hangs:\n" + Files.readString(output));
            }
            return new Outcome(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}

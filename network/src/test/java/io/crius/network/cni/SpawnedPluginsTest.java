package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.Deadline;
import io.crius.network.cni.PluginProcess.End;
import io.crius.network.cni.PluginProcess.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpawnedPluginsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final SpawnedPlugins plugins = new SpawnedPlugins(Linux.real());
    private long descriptors;

    @BeforeEach
    void count() {
        descriptors = Fd.openCount();
    }

    @AfterEach
    void leavesNoDescriptorOpen() {
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    @Test
    void givesOutputErrorsAndStatus() throws Exception {
        Run run = run("echo out; echo err >&2; exit 7");

        assertThat(run.end()).isEqualTo(new End.Exited(7));
        assertThat(run.output()).isEqualTo("out\n");
        assertThat(run.errorTail()).isEqualTo("err\n");
        assertThat(run.took()).isBetween(Duration.ZERO, PATIENCE);
    }

    @Test
    void givesExactlyTheEnvironment() throws Exception {
        Run run = plugins.run(
                script("/usr/bin/env"), Map.of("CNI_COMMAND", "ADD", "PATH", "/usr/bin"), new byte[0], soon());

        assertThat(run.output().lines().filter(line -> !line.matches("(PWD|SHLVL|_|OLDPWD)=.*")))
                .containsExactlyInAnyOrder("CNI_COMMAND=ADD", "PATH=/usr/bin");
    }

    @Test
    void leavesThePluginNothingButTheStandardDescriptors() throws Exception {
        // The fourth is the folder that ls is reading.
        assertThat(run("exec ls /proc/self/fd").output()).isEqualTo("0\n1\n2\n3\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 65_537, 3_000_000})
    void passesInputOfAnySize(int size) throws Exception {
        Run run = plugins.run(script("wc -c"), environment(), new byte[size], soon());

        assertThat(run.output().strip()).isEqualTo(String.valueOf(size));
    }

    @Test
    void doesNotMindAPluginThatReadsNoInput() throws Exception {
        assertThat(plugins.run(script("exit 0"), environment(), new byte[1000], soon())
                        .succeeded())
                .isTrue();
    }

    @Test
    void readsLargeOutputWhole() throws Exception {
        assertThat(run("head -c 900000 /dev/zero | tr '\\0' x").output()).hasSize(900_000);
    }

    @Test
    void killsAPluginThatNeverStopsWriting() throws Exception {
        assertThat(run("yes").end()).isEqualTo(new End.TooMuchOutput());
    }

    @Test
    void keepsOnlyTheEndOfStandardError() throws Exception {
        Run run = run("head -c 300000 /dev/zero | tr '\\0' x >&2; printf the-end >&2");

        assertThat(run.errorTail()).hasSize(PluginProcess.ERROR_TAIL).endsWith("xxthe-end");
    }

    @Test
    void killsThePluginAndItsHelpersAtTheDeadline() throws Exception {
        Path pid = folder.resolve("pid");
        long start = System.nanoTime();

        Run run = plugins.run(
                script("sleep 1000 & echo $! > " + pid + "; wait"),
                environment(),
                new byte[0],
                Deadline.after(Duration.ofMillis(400)));

        assertThat(run.end()).isEqualTo(new End.TimedOut());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        awaitGone(pid);
    }

    @Test
    void killsThePluginAndItsHelpersOnInterrupt() throws Exception {
        Path pid = folder.resolve("pid");
        Path script = script("sleep 1000 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid + "; wait");
        var outcome = new CompletableFuture<String>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                plugins.run(script, environment(), new byte[0], soon());
                outcome.complete("ended");
            } catch (InterruptedException e) {
                outcome.complete("interrupted");
            } catch (IOException | RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });
        Deadline deadline = soon();
        while (!Files.exists(pid)) {
            assertThat(deadline.isOver()).isFalse();
            Thread.sleep(5);
        }

        thread.interrupt();

        assertThat(outcome.join()).isEqualTo("interrupted");
        awaitGone(pid);
    }

    @Test
    void doesNotWaitForAHelperThatThePluginLeavesBehind() throws Exception {
        Path pid = folder.resolve("pid");
        long start = System.nanoTime();

        Run run = run("sleep 1000 & echo $! > " + pid + "; echo done");

        assertThat(run.end()).isEqualTo(new End.Exited(0));
        assertThat(run.output()).isEqualTo("done\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void tellsTheSignalThatKilledThePlugin() throws Exception {
        assertThat(run("kill -SEGV $$").end()).isEqualTo(new End.Signalled(11));
    }

    @Test
    void saysThatAProgramIsNotThere() {
        assertThatThrownBy(() -> plugins.run(folder.resolve("none"), environment(), new byte[0], soon()))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageContaining("none");
    }

    private Run run(String shell) throws IOException, InterruptedException {
        return plugins.run(script(shell), environment(), new byte[0], soon());
    }

    private Path script(String shell) throws IOException {
        Path file = folder.resolve("plugin");
        Files.writeString(file, "#!/bin/sh\n" + shell + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, String> environment() {
        return Map.of("PATH", System.getenv("PATH"));
    }

    private static Deadline soon() {
        return Deadline.after(PATIENCE);
    }

    private static void awaitGone(Path pidFile) throws IOException, InterruptedException {
        long pid = Long.parseLong(Files.readString(pidFile).strip());
        Deadline deadline = soon();
        while (isRunning(pid)) {
            assertThat(deadline.isOver()).as("process %s still runs", pid).isFalse();
            Thread.sleep(5);
        }
    }

    /** A killed helper may stay a zombie where the machine's init does not reap. */
    private static boolean isRunning(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException _) {
            return false;
        }
    }
}

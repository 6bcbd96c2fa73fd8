package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.linux.Linux;
import io.crius.oci.json.Json;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.runtime.exec.ContainerExec;
import io.crius.runtime.exec.SessionCommands;
import io.crius.runtime.process.Orphans;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Kind;
import io.crius.streaming.session.StreamRequest.Standard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to commands in containers when the daemon that runs them is killed. */
final class ExecOfADyingDaemonIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Stands before a command for which nobody comes. */
    private static final String AWAITED = "awaited";

    private BusyboxNode node;

    @BeforeEach
    void makeNode() throws Exception {
        node = BusyboxNode.open(Path.of("/usr/sbin/runc"));
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void oneThatWritesEndsByItselfAndOneThatIsSilentIsKilledByTheNextDaemon() throws Exception {
        ContainerBundle bundle = node.bundle("/bin/sleep", "1000");
        RuntimeContainer container = node.start(bundle);
        Process writing = daemon(container, "/bin/yes", "crius");
        Process silent = daemon(container, "/bin/sleep", "777");
        awaitRunning("yes\0crius", true);
        awaitRunning("sleep\0" + "777", true);

        writing.destroyForcibly().waitFor();
        silent.destroyForcibly().waitFor();

        awaitRunning("yes\0crius", false);
        node.runtime.killLeftovers(container);
        awaitRunning("sleep\0" + "777", false);
        assertThat(node.filesOf(bundle)).noneMatch(file -> file.startsWith("exec-"));
        assertThat(node.runtime
                        .exec(container, ExecRequest.of(List.of("/bin/true")))
                        .exitCode())
                .isZero();
    }

    @Test
    void aRuntimeThatWaitsForAPersonEndsByItself() throws Exception {
        RuntimeContainer container = node.start(node.bundle("/bin/sleep", "1000"));
        Process daemon = daemon(container, AWAITED, "/bin/sleep", "777");
        Optional<ProcessHandle> runtime = Conditions.await(
                LONG,
                () -> daemon.children()
                        .filter(child -> BusyboxNode.commandLine(child.pid())
                                .contains(container.id().value()))
                        .findFirst(),
                Optional::isPresent);
        assertThat(runtime).isPresent();

        daemon.destroyForcibly().waitFor();

        assertThat(Conditions.await(LONG, runtime.get()::isAlive, is -> !is)).isFalse();
        assertThat(node.isRunning("sleep\0" + "777")).isFalse();
    }

    private void awaitRunning(String words, boolean expected) throws InterruptedException {
        assertThat(Conditions.await(LONG, () -> node.isRunning(words), is -> is == expected))
                .as(words.replace('\0', ' '))
                .isEqualTo(expected);
    }

    /** Another JVM that runs one command in the container. */
    private Process daemon(RuntimeContainer container, String... command) throws Exception {
        Path record = node.root.resolve("container-" + command[command.length - 1] + ".json");
        Files.writeString(record, Json.write(container.toJson()));
        var arguments = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Daemon.class.getName(),
                record.toString()));
        arguments.addAll(List.of(command));
        return new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(node.root
                        .resolve("daemon-" + command[command.length - 1] + ".out")
                        .toFile())
                .start();
    }

    /** {@code <record of the container> [awaited] <command...>}. */
    static final class Daemon {
        private Daemon() {}

        public static void main(String[] arguments) throws Exception {
            RuntimeContainer container = RuntimeContainer.fromJson(
                    Json.parseObject(Files.readAllBytes(Path.of(arguments[0])), arguments[0]));
            Linux linux = Linux.real();
            try (Orphans _ = Orphans.adopt(linux.processes(), Orphans.INTERVAL)) {
                CgroupTree cgroups = CgroupTree.of(CgroupLayout.detect());
                List<String> command = List.of(arguments).subList(1, arguments.length);
                if (command.getFirst().equals(AWAITED)) {
                    var request = new StreamRequest(Set.of(Standard.STDOUT), Kind.PIPES);
                    new SessionCommands(linux, RuntimePrograms.INSTALLED, cgroups)
                            .exec(container, command.subList(1, command.size()), request)
                            .makeReady();
                    new CountDownLatch(1).await();
                }
                new ContainerExec(linux, RuntimePrograms.INSTALLED, cgroups).run(container, ExecRequest.of(command));
            }
        }
    }
}

package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.linux.Linux;
import io.crius.oci.json.Json;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.exec.ContainerExec;
import io.crius.runtime.process.Orphans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to commands in containers when the daemon that runs them is killed. */
final class ExecOfADyingDaemonIT {
    private static final Duration LONG = Duration.ofSeconds(30);

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

    private void awaitRunning(String words, boolean expected) throws InterruptedException {
        assertThat(Conditions.await(LONG, () -> node.isRunning(words), is -> is == expected))
                .as(words.replace('\0', ' '))
                .isEqualTo(expected);
    }

    /** Another JVM that runs one command in the container. */
    private Process daemon(RuntimeContainer container, String... command) throws Exception {
        Path record = node.root.resolve("container-" + command[1] + ".json");
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
                .redirectOutput(
                        node.root.resolve("daemon-" + command[1] + ".out").toFile())
                .start();
    }

    /** {@code <record of the container> <command...>}. */
    static final class Daemon {
        private Daemon() {}

        public static void main(String[] arguments) throws Exception {
            RuntimeContainer container = RuntimeContainer.fromJson(
                    Json.parseObject(Files.readAllBytes(Path.of(arguments[0])), arguments[0]));
            Linux linux = Linux.real();
            try (Orphans _ = Orphans.adopt(linux.processes(), Orphans.INTERVAL)) {
                var request = ExecRequest.of(List.of(arguments).subList(1, arguments.length));
                new ContainerExec(linux, CgroupTree.of(CgroupLayout.detect())).run(container, request);
            }
        }
    }
}

package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.process.Command.Output;
import io.crius.acceptance.target.Trait;
import io.crius.client.ExecResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that is started where one runs is refused before it looks at anything that is the other's. */
@Needs(Trait.READS_CRIO_CONF)
class SecondDaemonIT {
    @RegisterExtension
    static final Node node = new Node();

    @TempDir
    private Path folder;

    @Test
    void aSecondDaemonIsRefusedAndTheFirstNoticesNothing() throws Exception {
        Pod pod = node.runPod("first");
        String id = node.run(pod, node.idle("main"));
        long pid = node.pid(id);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<ExecResult> command = CompletableFuture.supplyAsync(
                    () -> node.containers()
                            .exec(id, "sh", "-c", "touch /up; while [ ! -e /go ]; do usleep 10000; done; echo whole"),
                    threads);
            Await.until(
                    "the command runs",
                    Node.LIMIT,
                    () -> node.containers().exec(id, "test", "-e", "/up").exitCode() == 0);

            assertRefused(
                    second(node.testNode().target().socket().resolveSibling("crius.conf.d")),
                    "another process answers");
            Files.writeString(
                    folder.resolve("10-elsewhere.conf"),
                    "[crio.api]\nlisten = \"" + folder.resolve("second.sock") + "\"\n");
            assertRefused(second(folder), "a daemon with this run_dir is running already");

            assertThat(node.containers().exec(id, "touch", "/go").exitCode()).isZero();
            assertThat(command.join().stdout()).isEqualTo("whole\n");
        }
        assertThat(node.pid(id)).isEqualTo(pid);
    }

    private static Output second(Path dropIns) throws Exception {
        Path config = node.testNode().target().socket().resolveSibling("crius.conf");
        return Command.attempt(List.of(
                Choice.launcher().toString(),
                "daemon",
                "--config",
                config.toString(),
                "--config-dir",
                dropIns.toString()));
    }

    private static void assertRefused(Output output, String reason) {
        assertThat(output.exitCode()).as(output.stderr()).isNotZero();
        assertThat(output.stderr()).contains(reason);
    }
}

package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.ContainerLog.Line;
import io.crius.acceptance.ContainerLog.Stream;
import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.client.ExecResult;
import io.crius.cri.v1.ContainerStatus;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands in containers, and what containers write. */
class ExecAndLogIT {
    @RegisterExtension
    static final Node node = new Node();

    private static String idle() throws IOException {
        return node.run(node.runPod("web"), node.idle("main").env("OWN", "value"));
    }

    @Test
    void aCommandHasItsOutputErrorsAndExitCode() throws IOException {
        String id = idle();
        assertThat(node.containers().exec(id, "sh", "-c", "echo out; echo err >&2; exit 3"))
                .isEqualTo(new ExecResult(3, "out\n", "err\n"));
        assertThat(node.containers().exec(id, "true")).isEqualTo(new ExecResult(0, "", ""));
    }

    @Test
    void aCommandHasTheEnvironmentAndTheUserOfTheContainer() throws IOException {
        String id = node.run(
                node.runPod("web"),
                node.idle("main").env("OWN", "value").user(1000).workingDirectory("/tmp"));
        assertThat(node.containers()
                        .exec(id, "sh", "-c", "echo $OWN; id -u; pwd")
                        .stdout())
                .isEqualTo("value\n1000\n/tmp\n");
    }

    @Test
    void longOutputArrivesWhole() throws IOException {
        ExecResult result = node.containers().exec(idle(), "sh", "-c", "yes 0123456789abcde | head -c 3000000");
        assertThat(result.stdout()).hasSize(3_000_000);
    }

    @Test
    void noShellReadsTheCommand() throws IOException {
        assertThat(node.containers().exec(idle(), "echo", "$OWN", "a  b", ";").stdout())
                .isEqualTo("$OWN a  b ;\n");
    }

    @Test
    void aCommandThatDoesNotExistIsNamed() throws IOException {
        String id = idle();
        String text;
        try {
            ExecResult result = node.containers().exec(id, "/no/such/program");
            assertThat(result.exitCode()).isNotZero();
            text = result.stderr();
        } catch (StatusRuntimeException e) {
            text = String.valueOf(e.getStatus().getDescription());
        }
        assertThat(text).contains("/no/such/program");
    }

    @Test
    void noCommandIsAnError() throws IOException {
        String id = idle();
        Grpc.failure(() -> node.containers().exec(id));
    }

    @Test
    void aCommandInAnExitedContainerIsAnError() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "true"));
        node.awaitExit(id);
        Grpc.failure(() -> node.containers().exec(id, "true"));
    }

    @Test
    @Needs(Trait.ANSWERS_EXEC_TIMEOUT)
    void aCommandThatTakesTooLongIsKilledAndSaysSo() throws Exception {
        String id = idle();
        ExecResult result = node.containers().exec(id, Duration.ofSeconds(1), "sleep", "1234");
        assertThat(result.exitCode()).isEqualTo(-1);
        assertThat(result.stderr()).isEqualTo("command timed out");
        awaitGone(id, "sleep 1234");
    }

    @Test
    void aCommandThatTakesTooLongDoesNotLive() throws Exception {
        String id = idle();
        long start = System.nanoTime();
        try {
            node.containers().exec(id, Duration.ofSeconds(1), "sleep", "1235");
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        awaitGone(id, "sleep 1235");
    }

    @Test
    void aCommandThatTakesTooLongIsKilledWithItsGroup() throws Exception {
        String id = idle();
        try {
            node.containers().exec(id, Duration.ofSeconds(1), "sh", "-c", "trap '' TERM HUP; sleep 1236 & sleep 1237");
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
        awaitGone(id, "sleep 1236");
        awaitGone(id, "sleep 1237");
    }

    private static void awaitGone(String id, String command) throws Exception {
        Await.until(
                command + " is gone",
                Node.LIMIT,
                () -> !node.containers().exec(id, "ps", "-o", "args").stdout().contains(command));
    }

    @Test
    void manyCommandsRunAtOnce() throws Exception {
        String id = idle();
        List<String> outputs = IntStream.range(0, 10)
                .parallel()
                .mapToObj(i ->
                        node.containers().exec(id, "echo", Integer.toString(i)).stdout())
                .toList();
        assertThat(outputs)
                .isEqualTo(IntStream.range(0, 10).mapToObj(i -> i + "\n").toList());
    }

    @Test
    void aLogHasTimeStreamAndText() throws Exception {
        OffsetDateTime before = OffsetDateTime.now();
        ContainerLog log =
                logOf(node.shell("main", "echo one; usleep 50000; echo two >&2; usleep 50000; echo; echo ' three '"));
        assertThat(log.lines())
                .extracting(Line::stream)
                .containsExactly(Stream.STDOUT, Stream.STDERR, Stream.STDOUT, Stream.STDOUT);
        assertThat(log.lines()).extracting(Line::text).containsExactly("one", "two", "", " three ");
        assertThat(log.lines()).noneMatch(Line::partial);
        assertThat(log.lines())
                .allSatisfy(line -> assertThat(line.time())
                        .isBetween(before.minusSeconds(1), OffsetDateTime.now().plusSeconds(1)));
    }

    @Test
    void longLinesAreWrittenInParts() throws Exception {
        ContainerLog log = logOf(node.shell("main", "head -c 40000 /dev/zero | tr '\\0' x; echo; echo short"));
        assertThat(log.lines()).filteredOn(Line::partial).hasSizeGreaterThanOrEqualTo(2);
        assertThat(log.lines().getLast().partial()).isFalse();
        assertThat(log.text(Stream.STDOUT)).isEqualTo("x".repeat(40_000) + "\nshort\n");
    }

    @Test
    void textWithoutALineEndIsNotLost() throws Exception {
        ContainerLog log = logOf(node.shell("main", "printf 'the end'"));
        assertThat(log.lines()).extracting(Line::text).containsExactly("the end");
    }

    /** The container lives on: containerd may lose what is still on its way when one ends. */
    @Test
    void muchOutputArrivesInOrder() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "seq 1 50000; exec sleep 1000"));
        Path log = Path.of(node.containers().status(id).getLogPath());
        String expected =
                IntStream.rangeClosed(1, 50_000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        Await.until(
                "all lines are in the log",
                Node.LIMIT,
                () -> ContainerLog.of(log).text(Stream.STDOUT).equals(expected));
    }

    /** Whatever bytes a container writes are in its log, and only ends of lines end lines. */
    @Test
    void aLogHasTheBytesThatWereWritten() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "printf 'a\\377b\\000c\\rd\\303\\n'"));
        Path log = Path.of(node.awaitExit(id).getLogPath());
        Await.until("the line is in the log", Node.LIMIT, () -> Files.size(log) > 0);
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(text.substring(text.indexOf(' '))).isEqualTo(" stdout F a\u00ffb\u0000c\rd\u00c3\n");
    }

    @Test
    @Needs(Trait.LOG_IS_WHOLE_AT_EXIT)
    void theLogIsWholeWhenTheContainerHasExited() throws Exception {
        ContainerLog log = logOf(node.shell("main", "seq 1 50000"));
        assertThat(log.text(Stream.STDOUT).lines().count()).isEqualTo(50_000);
        assertThat(log.text(Stream.STDOUT)).endsWith("\n50000\n");
    }

    @Test
    void aTerminalHasOneStream() throws Exception {
        ContainerLog log = logOf(node.shell("main", "echo out; echo err >&2").tty());
        assertThat(log.text(Stream.STDOUT)).isEqualToNormalizingNewlines("out\nerr\n");
        assertThat(log.text(Stream.STDERR)).isEmpty();
    }

    @Test
    void theLogIsNotForEverybody() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "echo secret"));
        ContainerStatus status = node.awaitExit(id);
        assertThat(Files.getPosixFilePermissions(Path.of(status.getLogPath())).toString())
                .doesNotContain("OTHERS");
    }

    @Test
    void aReopenedLogGoesOnInANewFile() throws Exception {
        String id = node.run(
                node.runPod("web"), node.shell("main", "i=0; while :; do i=$((i+1)); echo $i; usleep 20000; done"));
        Path log = Path.of(node.containers().status(id).getLogPath());
        Await.until("the log has lines", Node.LIMIT, () -> Files.size(log) > 0);
        Path rotated = log.resolveSibling("main.log.1");
        Files.move(log, rotated);
        node.containers().reopenLog(id);
        assertThat(log).exists();
        Await.until(
                "the new log has lines",
                Node.LIMIT,
                () -> ContainerLog.of(log).lines().size() > 2);

        List<Line> before = ContainerLog.of(rotated).lines();
        List<Line> after = ContainerLog.of(log).lines();
        assertThat(Integer.parseInt(after.getFirst().text()))
                .isEqualTo(Integer.parseInt(before.getLast().text()) + 1);
    }

    @Test
    void theLogOfAnExitedContainerCannotBeReopened() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.shell("main", "true"));
        node.awaitExit(id);
        Grpc.failure(() -> node.containers().reopenLog(id));
    }

    private static ContainerLog logOf(ContainerBuilder container) throws Exception {
        ContainerStatus status = node.awaitExit(node.run(node.runPod("web"), container));
        assertThat(status.getExitCode()).isZero();
        return ContainerLog.of(Path.of(status.getLogPath()));
    }
}

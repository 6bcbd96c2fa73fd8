package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.ExecResult;
import io.crius.runtime.ExecResult.Completeness;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.StopSignal;
import io.crius.runtime.exec.SessionCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What commands in containers may rely on, whatever the runtime; each test must leave nothing on the machine. */
abstract class ExecContract {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<Thread> callers = new CopyOnWriteArrayList<>();
    private BusyboxNode node;
    private ContainerBundle bundle;
    private RuntimeContainer container;

    abstract Path program();

    @BeforeEach
    void startContainer() throws Exception {
        node = BusyboxNode.open(program());
        bundle = node.bundle("/bin/sleep", "1000");
        container = node.start(bundle);
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        if (node != null) {
            assertThat(node.filesOf(bundle)).noneMatch(file -> file.startsWith("exec-"));
            node.close();
        }
    }

    @Test
    void theCommandsOutputAndExitCodeComeBack() {
        ExecResult result = shell("echo out; echo err >&2; exit 7");

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(text(result.stdout())).isEqualTo("out\n");
        assertThat(text(result.stderr())).isEqualTo("err\n");
        assertThat(result.completeness()).isEqualTo(Completeness.COMPLETE);
    }

    @Test
    void theCommandRunsAsTheContainersOwnProcessDoes() {
        ExecResult result = shell("echo $COLOUR; id -u; cat /proc/self/cgroup");

        assertThat(text(result.stdout()))
                .startsWith("green\n0\n")
                .contains(container.id().abbreviated());
    }

    @Test
    void exitCodesOfTheCommandAreNotTakenForTheRuntimes() {
        for (int code : List.of(0, 1, 126, 127, 254, 255)) {
            assertThat(shell("exit " + code).exitCode()).isEqualTo(code);
        }
        assertThat(shell("kill -9 $$").exitCode()).isEqualTo(137);
    }

    @Test
    void aMissingCommandIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> exec(ExecRequest.of(List.of("/bin/nosuch"))))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("exec /bin/nosuch in container " + container.id())
                .hasMessageContaining("/bin/nosuch");
    }

    @Test
    void bytesComeBackAsTheyAre() {
        ExecResult result = shell("printf '\\000\\001\\377\\376\\r\\n\\n'; printf '\\200' >&2");

        assertThat(result.stdout()).containsExactly(0, 1, 0xff, 0xfe, '\r', '\n', '\n');
        assertThat(result.stderr()).containsExactly(0x80);
    }

    @Test
    void muchOutputComesBackWhole() {
        ExecResult result = shell("head -c 5000000 /dev/zero; head -c 3000000 /dev/zero >&2");

        assertThat(result.stdout()).hasSize(5_000_000);
        assertThat(result.stderr()).hasSize(3_000_000);
    }

    @Test
    void outputBeyondTheLimitIsDroppedAndTheCommandGoesOn() {
        var request = new ExecRequest(
                List.of("/bin/sh", "-c", "head -c 5000000 /dev/zero; echo small >&2; exit 4"),
                Optional.empty(),
                100_000);

        ExecResult result = exec(request);

        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.stdout()).hasSize(100_000);
        assertThat(text(result.stderr())).isEqualTo("small\n");
        assertThat(result.completeness()).isEqualTo(Completeness.TRUNCATED);
    }

    @Test
    void aTimeoutIsAResultAndKillsTheWholeGroup() throws Exception {
        ExecResult result = exec(ExecRequest.of(List.of("/bin/sh", "-c", "sleep 777 & echo busy; sleep 778"))
                .withTimeout(Duration.ofMillis(300)));

        assertThat(result.exitCode()).isEqualTo(-1);
        assertThat(text(result.stderr())).isEqualTo("command timed out");
        assertThat(result.stdout()).isEmpty();
        assertGone("sleep\0" + "777", "sleep\0" + "778");
    }

    @Test
    void theCallersDeadlineIsAnErrorAndKillsTheCommand() throws Exception {
        Deadline soon = Deadline.after(Duration.ofMillis(300));

        assertThatThrownBy(() -> ScopedValue.where(Deadline.CURRENT, soon).call(() -> shell("sleep 777")))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining("exec /bin/sh in container " + container.id());

        assertGone("sleep\0" + "777");
    }

    @Test
    void anInterruptKillsTheCommand() throws Exception {
        FutureTask<ExecResult> running = start(() -> shell("sleep 777"));
        Conditions.await(LONG, () -> node.isRunning("sleep\0" + "777"), is -> is);

        callers.forEach(Thread::interrupt);

        assertThatThrownBy(running::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(CriusException.Cancelled.class)
                .hasMessageContaining("caller went away");
        assertGone("sleep\0" + "777");
    }

    @Test
    void aProcessThatTheCommandLeavesBehindIsNotWaitedFor() {
        long begin = System.nanoTime();

        ExecResult result = shell("sleep 777 & echo started");

        assertThat(text(result.stdout())).isEqualTo("started\n");
        assertThat(result.exitCode()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aCommandWhoseClientIsGoneEndsHoweverOftenThatIsSaid() throws Exception {
        FutureTask<?> session = start(() -> lostSession("trap '' HUP PIPE; echo up; sleep 777"));

        while (!session.isDone()) {
            callers.forEach(Thread::interrupt);
            Thread.sleep(2);
        }

        assertGone("sleep\0" + "777");
    }

    @Test
    void aJobWithAGroupOfItsOwnEndsWithTheSessionOfItsClient() throws Exception {
        lostSession("trap '' PIPE; set -m; sleep 777 & sleep 778 & echo up; wait");

        assertGone("sleep\0" + "777", "sleep\0" + "778");
    }

    @Test
    void whatMadeASessionOfItsOwnIsNotTheClients() throws Exception {
        lostSession("setsid sleep 779 & echo up; wait");

        assertThat(node.isRunning("sleep\0" + "779")).isTrue();
    }

    @Test
    void aContainerThatEndsTakesItsCommandsAlong() throws Exception {
        FutureTask<ExecResult> running = start(() -> shell("sleep 777"));
        Conditions.await(LONG, () -> node.isRunning("sleep\0" + "777"), is -> is);

        node.runtime.signal(container, StopSignal.KILL);

        assertThat(running.get().exitCode()).isEqualTo(137);
    }

    @Test
    void aStoppedContainerIsRefused() throws Exception {
        node.runtime.signal(container, StopSignal.KILL);
        node.ends.await(container.id());

        assertThatThrownBy(() -> shell("true"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(container.id().value());
    }

    @Test
    void aPausedContainerIsRefused() {
        node.runtime.pause(container);
        try {
            assertThatThrownBy(() -> shell("true"))
                    .isInstanceOf(CriusException.FailedPrecondition.class)
                    .hasMessageContaining("paused");
        } finally {
            node.runtime.resume(container);
        }
    }

    @Test
    void whatADaemonThatDiedWasRunningIsKilled() throws Exception {
        // A command whose daemon is gone: started by the runtime's own hand, its number noted as exec does.
        Path pidFile = container.folders().bundle().resolve("exec-0123.pid");
        node.execDetached(container, pidFile, "/bin/sleep", "777");
        assertThat(Conditions.await(LONG, () -> node.isRunning("sleep\0" + "777"), is -> is))
                .isTrue();

        node.runtime.killLeftovers(container);

        assertGone("sleep\0" + "777");
        assertThat(pidFile).doesNotExist();
        assertThat(shell("true").exitCode()).isZero();
    }

    @Test
    void manyCommandsRunAtTheSameTime() throws Exception {
        var running = new ArrayList<FutureTask<ExecResult>>();
        for (int i = 0; i < 40; i++) {
            String number = Integer.toString(i);
            running.add(start(() -> shell("echo " + number + "; exit " + number)));
        }
        for (int i = 0; i < 40; i++) {
            ExecResult result = running.get(i).get();
            assertThat(result.exitCode()).isEqualTo(i);
            assertThat(text(result.stdout())).isEqualTo(i + "\n");
        }
    }

    private @Nullable Void lostSession(String script) {
        var commands = new SessionCommands(node.linux, node.programs, node.cgroupTree());
        var client = new LostClient();
        assertThatThrownBy(() -> commands.exec(container, List.of("/bin/sh", "-c", script), client.request())
                        .run(client))
                .isInstanceOfAny(IOException.class, InterruptedException.class);
        return null;
    }

    private <T extends @Nullable Object> FutureTask<T> start(Callable<T> call) {
        var task = new FutureTask<>(call);
        callers.add(Thread.startVirtualThread(task));
        return task;
    }

    private void assertGone(String... commandLines) throws InterruptedException {
        for (String line : commandLines) {
            assertThat(Conditions.await(LONG, () -> node.isRunning(line), is -> !is))
                    .as(line.replace('\0', ' '))
                    .isFalse();
        }
    }

    private ExecResult shell(String script) {
        return exec(ExecRequest.of(List.of("/bin/sh", "-c", script)));
    }

    private ExecResult exec(ExecRequest request) {
        return node.runtime.exec(container, request);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.exec.SessionCommands;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.StreamRequest.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a person's command may rely on, also where the runtime takes long to end after it has started the command; each test must
 * leave nothing on the machine.
 */
@Timeout(120)
abstract class SessionContract {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int LEAVERS = 4;

    /** What a person who never reads gets all the same: that much fits into a new connection. */
    private static final int TAKEN_AT_ONCE = 16 << 10;

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

    private Path runtimeHasEnded() {
        return node.root.resolve("runtime-has-ended");
    }

    /**
     * The same container by a runtime that goes on for two seconds when it has done its work, and then makes a file. As with any
     * runtime the command is its own child until it ends.
     */
    private RuntimeContainer bySlowRuntime() throws IOException {
        Path script = node.root.resolve("slow-runtime");
        Files.writeString(script, """
                #!/usr/bin/perl
                # prctl(PR_SET_CHILD_SUBREAPER, 1)
                syscall(%d, 36, 1, 0, 0, 0) == 0 or die "prctl: $!";
                my $status = system('%s', @ARGV);
                sleep 2;
                open(my $ended, '>', '%s') or die "$!";
                exit $status >> 8;
                """.formatted(
                        System.getProperty("os.arch").equals("aarch64") ? 167 : 157, program(), runtimeHasEnded()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        RuntimeHandler own = container.handler();
        var slow =
                new RuntimeHandler(own.name(), script, own.root(), own.cgroups(), own.monitor(), own.createTimeout());
        var same = new ContainerBundle(
                bundle.id(),
                bundle.name(),
                slow,
                bundle.folders(),
                bundle.cgroupParent(),
                bundle.log(),
                bundle.streams(),
                bundle.pidNamespace());
        return new RuntimeContainer(same, container.init(), container.monitor());
    }

    private Ending run(RuntimeContainer where, RecordingClient client, String script)
            throws IOException, InterruptedException {
        return commands()
                .exec(where, List.of("/bin/sh", "-c", script), client.request())
                .run(client);
    }

    private SessionCommands commands() {
        return new SessionCommands(node.linux, node.programs, node.cgroupTree());
    }

    @ParameterizedTest
    @EnumSource
    void theFirstByteComesBeforeTheRuntimeHasEnded(Kind kind) throws Exception {
        var ended = new CopyOnWriteArrayList<Boolean>();
        var client = new RecordingClient(kind, () -> ended.add(Files.exists(runtimeHasEnded())));

        Ending ending = run(bySlowRuntime(), client, "echo first; sleep 3; echo last; exit 5");

        assertThat(ending).isEqualTo(new Ending.Exited(5));
        assertThat(client.output().replace("\r", "")).isEqualTo("first\nlast\n");
        assertThat(ended).containsExactly(false);
    }

    @ParameterizedTest
    @EnumSource
    void muchOutputOfACommandThatEndsBeforeItsRuntimeIsWhole(Kind kind) throws Exception {
        var client = new RecordingClient(kind, () -> {});

        Ending ending = run(bySlowRuntime(), client, "seq 1 9000; exit 6");

        assertThat(ending).isEqualTo(new Ending.Exited(6));
        assertThat(client.output().replace("\r", "").lines())
                .hasSize(9000)
                .startsWith("1", "2")
                .endsWith("8999", "9000");
    }

    @Test
    void errorsOfTheCommandComeOnTheirOwnStream() throws Exception {
        var client = new RecordingClient(Kind.PIPES, () -> {});

        Ending ending = run(bySlowRuntime(), client, "echo err >&2; exec >&-; echo more >&2; exit 0");

        assertThat(ending).isEqualTo(Ending.ofExitCode(0));
        assertThat(client.output()).isEmpty();
        assertThat(client.errors()).isEqualTo("err\nmore\n");
    }

    @ParameterizedTest
    @EnumSource
    void aCommandThatDoesNotExistIsAnErrorWithoutOutput(Kind kind) throws Exception {
        for (RuntimeContainer where : List.of(container, bySlowRuntime())) {
            var client = new RecordingClient(kind, () -> {});

            assertThatThrownBy(() -> commands()
                            .exec(where, List.of("/bin/nosuch"), client.request())
                            .run(client))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessageStartingWith("exec /bin/nosuch in container " + container.id() + ": ")
                    .hasMessageContaining("/bin/nosuch");

            assertThat(client.output()).isEmpty();
            assertThat(client.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoeverLeavesAtTheFirstByteLeavesNothingBehind(Kind kind) throws Exception {
        for (int i = 0; i < LEAVERS; i++) {
            leaveAtFirstByte(container, kind);
        }
        leaveAtFirstByte(bySlowRuntime(), kind);
        assertThat(Conditions.await(LONG, () -> node.isRunning("sleep\0" + "777"), is -> !is))
                .isFalse();
    }

    private void leaveAtFirstByte(RuntimeContainer where, Kind kind) {
        var client = new RecordingClient(kind, () -> {
            throw new IOException("the client is gone");
        });
        assertThatThrownBy(() -> run(where, client, "echo up; exec sleep 777"))
                .isInstanceOf(IOException.class)
                .hasMessage("the client is gone");
        assertThat(node.isRunning("sleep\0" + "777")).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsInterruptedWhileTheRuntimeStillRunsLeavesNothingBehind(Kind kind) throws Exception {
        Thread person = Thread.currentThread();
        var client = new RecordingClient(kind, person::interrupt);
        RuntimeContainer slow = bySlowRuntime();

        assertThatThrownBy(() -> run(slow, client, "echo up; sleep 777"))
                .isInstanceOfAny(IOException.class, InterruptedException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(node.isRunning("sleep\0" + "777")).isFalse();
    }

    /** Kernel: pid_namespaces(7), a container's first process does not end before all others in its namespace are collected. */
    @ParameterizedTest
    @EnumSource
    void aContainerEndsWhileThePersonOfACommandInItDoesNotRead(Kind kind) throws Exception {
        var isStuck = new CountDownLatch(1);
        var readsAgain = new CountDownLatch(1);
        var client = new RecordingClient(kind, TAKEN_AT_ONCE, () -> {
            isStuck.countDown();
            awaitUninterrupted(readsAgain);
        });
        var session = new FutureTask<>(() -> run(container, client, "yes"));
        Thread.ofVirtual().start(session);
        try {
            assertThat(isStuck.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();

            node.linux.processes().kill(container.init().pid(), 9);

            assertThat(node.ends.await(container.id()).id()).isEqualTo(container.id());
            assertThat(session.isDone()).isFalse();
        } finally {
            readsAgain.countDown();
        }
        assertThat(session.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(new Ending.Exited(137));
        assertThat(client.output()).hasSizeGreaterThan(TAKEN_AT_ONCE).startsWith("y");
    }

    private static void awaitUninterrupted(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException("a person who does not read is left alone", e);
        }
    }
}

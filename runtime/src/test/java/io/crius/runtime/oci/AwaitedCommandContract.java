package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.SessionExec;
import io.crius.runtime.exec.SessionCommands;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.StreamRequest.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A runtime that is started before its command's person comes; each test must leave nothing on the machine. */
@Timeout(120)
abstract class AwaitedCommandContract {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final List<String> MARK = List.of("/bin/sh", "-c", "echo ran >>/mark; echo here; exit 7");

    private BusyboxNode node;
    private ContainerBundle bundle;
    private RuntimeContainer container;
    private SessionCommands commands;

    abstract Path program();

    @BeforeEach
    void startContainer() throws Exception {
        node = BusyboxNode.open(program());
        bundle = node.bundle("/bin/sleep", "1000");
        container = node.start(bundle);
        commands = new SessionCommands(node.linux, node.programs, node.cgroupTree());
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        if (node != null) {
            awaitRuntimes(0);
            assertThat(node.filesOf(bundle)).noneMatch(file -> file.startsWith("exec-"));
            node.close();
        }
    }

    private Path mark() {
        return node.rootFilesystem().resolve("mark");
    }

    private SessionExec ready(Kind kind) throws InterruptedException {
        SessionExec session = commands.exec(container, MARK, new RecordingClient(kind, () -> {}).request());
        session.makeReady();
        awaitRuntimes(1);
        return session;
    }

    private void awaitRuntimes(int count) throws InterruptedException {
        assertThat(Conditions.await(LONG, this::waitingRuntimes, is -> is == count))
                .isEqualTo(count);
    }

    /** Of this container, by the pipe that they read. */
    private int waitingRuntimes() {
        return (int) ProcessHandle.current()
                .children()
                .map(child -> BusyboxNode.commandLine(child.pid()))
                .filter(line -> line.contains("--process\0/proc/self/fd/3\0")
                        && line.contains(container.id().value()))
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void theCommandStartsWhenItsPersonComes(Kind kind) throws Exception {
        SessionExec session = ready(kind);
        assertThat(mark()).doesNotExist();
        var client = new RecordingClient(kind, () -> {});

        Ending ending = session.run(client);

        assertThat(ending).isEqualTo(new Ending.Exited(7));
        assertThat(client.output().strip()).isEqualTo("here");
        assertThat(mark()).hasContent("ran");
    }

    @ParameterizedTest
    @EnumSource
    void aRuntimeDoesNotWaitForeverAndWhoComesLateIsServed(Kind kind) throws Exception {
        SessionExec session = ready(kind);
        awaitRuntimes(0);
        assertThat(mark()).doesNotExist();
        var client = new RecordingClient(kind, () -> {});

        assertThat(session.run(client)).isEqualTo(new Ending.Exited(7));

        assertThat(client.output().strip()).isEqualTo("here");
        assertThat(mark()).hasContent("ran");
    }

    @Test
    void whoComesAtOnceIsServedWhileTheRuntimeIsBeingStarted() throws Exception {
        for (int i = 0; i < 10; i++) {
            var client = new RecordingClient(Kind.PIPES, () -> {});
            SessionExec session = commands.exec(container, MARK, client.request());
            session.makeReady();
            assertThat(session.run(client)).isEqualTo(new Ending.Exited(7));
            session.makeReady();
        }
        assertThat(mark()).hasContent("ran\n".repeat(10));
    }

    @Test
    void whatIsBeingMadeReadyIsNotMadeReadyOnceMore() throws Exception {
        SessionExec session = commands.exec(container, MARK, new RecordingClient(Kind.PIPES, () -> {}).request());
        session.makeReady();
        session.makeReady();
        awaitRuntimes(1);

        assertThat(session.run(new RecordingClient(Kind.PIPES, () -> {}))).isEqualTo(new Ending.Exited(7));

        awaitRuntimes(0);
        assertThat(mark()).hasContent("ran");
    }

    @Test
    void whoLeavesWhileTheRuntimeIsBeingStartedLeavesNothing() {
        for (int i = 0; i < 5; i++) {
            var client = new RecordingClient(Kind.PIPES, () -> {});
            SessionExec session = commands.exec(container, MARK, client.request());
            session.makeReady();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> session.run(client))
                    .isInstanceOfAny(IOException.class, InterruptedException.class);
            boolean _ = Thread.interrupted();
        }
    }

    @Test
    void fewRuntimesWaitAtOneTimeAndAllPersonsAreServed() throws Exception {
        var sessions = new ArrayList<SessionExec>();
        for (int i = 0; i < 30; i++) {
            SessionExec session = commands.exec(container, MARK, new RecordingClient(Kind.PIPES, () -> {}).request());
            session.makeReady();
            sessions.add(session);
        }
        assertThat(Conditions.await(LONG, this::waitingRuntimes, count -> count == 16))
                .isEqualTo(16);
        for (SessionExec session : sessions) {
            assertThat(session.run(new RecordingClient(Kind.PIPES, () -> {}))).isEqualTo(new Ending.Exited(7));
        }
        assertThat(mark()).hasContent("ran\n".repeat(30));
    }

    @Test
    void nothingIsStartedInAContainerThatHasEndedMeanwhile() throws Exception {
        SessionExec session = ready(Kind.PIPES);
        node.delete(bundle);

        assertThatThrownBy(() -> session.run(new RecordingClient(Kind.PIPES, () -> {})))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining(container.id().value());
        assertThat(mark()).doesNotExist();
    }

    @Test
    void anEnvironmentThatNoPipeHoldsIsGivenByAFile() throws Exception {
        List<String> much = IntStream.range(0, 4000)
                .mapToObj(i -> "SERVICE_" + i + "_PORT=tcp://10.96.0.1:443")
                .toList();
        RuntimeContainer other = node.start(node.bundle(config -> withEnvironment(config, much), "/bin/sleep", "1000"));
        var client = new RecordingClient(Kind.PIPES, () -> {});
        SessionExec session =
                commands.exec(other, List.of("/bin/sh", "-c", "echo $SERVICE_3999_PORT"), client.request());
        session.makeReady();

        assertThat(session.run(client)).isEqualTo(Ending.ofExitCode(0));
        assertThat(client.output()).isEqualTo("tcp://10.96.0.1:443\n");
    }

    private static JsonObject withEnvironment(JsonObject config, List<String> environment) {
        JsonObject process = config.requireObject("process", "config").toBuilder()
                .put("env", JsonArray.ofStrings(environment))
                .build();
        return config.toBuilder().put("process", process).build();
    }
}

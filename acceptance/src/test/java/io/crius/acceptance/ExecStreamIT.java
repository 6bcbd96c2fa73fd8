package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.stream.ProcessEnd;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.client.stream.Wants.Kind;
import io.crius.client.stream.Wants.Standard;
import io.crius.cri.v1.AttachRequest;
import io.crius.cri.v1.PortForwardRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands that people run in containers, over WebSocket by the JDK's client and over SPDY by Netty's codec. */
@Timeout(180)
class ExecStreamIT {
    private static final String V4 = "v4.channel.k8s.io";

    @RegisterExtension
    static final Node node = new Node();

    private static String idle() throws IOException {
        return node.run(node.runPod("web"), node.idle("main"));
    }

    private static String text(java.io.InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static ProcessEnd end(RemoteProcess process) throws InterruptedException {
        return process.awaitEnd(Node.LIMIT).orElseThrow(() -> new AssertionError("the session does not end"));
    }

    @Test
    void outputErrorsAndExitCodeAreApart() throws Exception {
        try (RemoteProcess process =
                node.streams().exec(idle(), Wants.OUTPUT, "sh", "-c", "echo out; echo err >&2; exit 3")) {
            assertThat(text(process.stdout())).isEqualTo("out\n");
            assertThat(text(process.stderr())).isEqualTo("err\n");
            ProcessEnd end = end(process);
            assertThat(end.exitCode()).isEqualTo(3);
            assertThat(end.message()).contains("command terminated with non-zero exit code");
        }
    }

    @Test
    void aCommandThatEndsWellHasCodeZero() throws Exception {
        try (RemoteProcess process = node.streams().exec(idle(), Wants.OUTPUT, "true")) {
            assertThat(end(process)).isEqualTo(new ProcessEnd(0, ""));
        }
    }

    @Test
    @Needs(Trait.ENDS_INPUT_OF_WEBSOCKETS)
    void whateverBytesGoInComeOutAndTheEndOfTheInputIsSeen() throws Exception {
        byte[] bytes = new byte[3_000_001];
        new Random(7).nextBytes(bytes);
        try (RemoteProcess process = node.streams().exec(idle(), Wants.ALL, "cat")) {
            assertThat(process.canEndInput()).isTrue();
            Thread typing = Thread.ofVirtual().start(() -> type(process, bytes));
            assertThat(process.stdout().readAllBytes()).isEqualTo(bytes);
            typing.join();
            assertThat(end(process).exitCode()).isZero();
        }
    }

    private static void type(RemoteProcess process, byte[] bytes) {
        try (var stdin = process.stdin()) {
            stdin.write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aTerminalHasTheSizeThatThePersonsHas() throws Exception {
        String script = "until [ \"$(stty size 2>/dev/null)\" = '41 101' ]; do sleep 0.1; done; echo it is $TERM; tty";
        try (RemoteProcess process = node.streams().exec(idle(), Wants.TERMINAL, "sh", "-c", script)) {
            process.resize(80, 24);
            process.resize(101, 41);
            assertThat(text(process.stdout())).startsWith("it is xterm\r\n").contains("/dev/pts/");
            assertThat(end(process).exitCode()).isZero();
        }
    }

    @Test
    void keysReachATerminalAndItsCommandIsInterruptedByThem() throws Exception {
        try (RemoteProcess process =
                node.streams().exec(idle(), Wants.TERMINAL, "sh", "-c", "echo ready; exec sleep 1000")) {
            assertThat(new String(process.stdout().readNBytes(5), StandardCharsets.UTF_8))
                    .isEqualTo("ready");
            process.stdin().write(3);
            assertThat(end(process).exitCode()).isEqualTo(130);
        }
    }

    @Test
    void aCommandRunsAsTheUserOfTheContainerAndCanOpenItsStreamsAgain() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main").user(1000).env("OWN", "value"));
        try (RemoteProcess process = node.streams()
                .exec(
                        id,
                        Wants.ALL,
                        "sh",
                        "-c",
                        "id -u; echo $OWN > /dev/stdout; echo no >/dev/stderr; grep CapEff /proc/self/status")) {
            assertThat(text(process.stdout())).startsWith("1000\nvalue\nCapEff:\t0000000000000000");
            assertThat(end(process).exitCode()).isZero();
        }
    }

    @Test
    void aCommandWhoseClientIsGoneIsEndedWithItsChildren() throws Exception {
        String id = idle();
        try (RemoteProcess process = node.streams()
                .exec(id, Wants.ALL, "sh", "-c", "trap '' HUP TERM; sleep 1001 & echo up; sleep 1002; sleep 1003")) {
            assertThat(process.stdout().readNBytes(3)).isEqualTo("up\n".getBytes(StandardCharsets.UTF_8));
        }
        Await.until(
                "the command and its children are gone",
                Node.LIMIT,
                () -> !node.containers().exec(id, "ps").stdout().contains("sleep 1001")
                        && !node.containers().exec(id, "ps").stdout().contains("sleep 1002"));
    }

    @Test
    void whatACommandLeavesBehindIsNotWaitedFor() throws Exception {
        try (RemoteProcess process =
                node.streams().exec(idle(), Wants.OUTPUT, "sh", "-c", "sleep 1000 & echo started")) {
            assertThat(text(process.stdout())).isEqualTo("started\n");
            assertThat(end(process).exitCode()).isZero();
        }
    }

    @Test
    void aCommandThatDoesNotExistIsNamed() throws Exception {
        try (RemoteProcess process = node.streams().exec(idle(), Wants.OUTPUT, "/no/such/program")) {
            ProcessEnd end = end(process);
            assertThat(end.exitCode()).isNotZero();
            assertThat(end.message()).contains("/no/such/program");
        }
    }

    /** Servers differ in whether the call fails. */
    private static String probe(String id) {
        try {
            return node.containers().exec(id, "/no/such/program").stderr();
        } catch (StatusRuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What crun leaves of such a command is in the container's PID namespace, which does not end before it is collected. */
    @Test
    void aContainerEndsSoonAfterACommandThatDidNotExist() throws Exception {
        for (boolean isProbe : new boolean[] {true, false}) {
            String id = idle();
            if (isProbe) {
                assertThat(probe(id)).contains("/no/such/program");
            } else {
                try (RemoteProcess process = node.streams().exec(id, Wants.OUTPUT, "/no/such/program")) {
                    end(process);
                }
            }
            long start = System.nanoTime();
            node.containers().stop(id, Duration.ZERO);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNobodyElse() throws Exception {
        String id = idle();
        try (RemoteProcess stuck = node.streams().exec(id, Wants.OUTPUT, "sh", "-c", "yes 0123456789abcdef")) {
            Thread.sleep(200);
            try (RemoteProcess other = node.streams().exec(id, Wants.OUTPUT, "sh", "-c", "yes abc | head -c 2000000")) {
                assertThat(other.stdout().readAllBytes()).hasSize(2_000_000);
            }
            assertThat(stuck.awaitEnd(Duration.ZERO)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aContainerIsStoppedAndRemovedWhileTheClientOfACommandInItDoesNotRead(Kind kind) throws Exception {
        String id = idle();
        Wants wants = kind == Kind.TERMINAL ? Wants.TERMINAL : Wants.ALL;
        try (RemoteProcess stuck = node.streams().exec(id, wants, "sh", "-c", "exec yes 0123456789abcdef")) {
            awaitNoProgress(id);
            long start = System.nanoTime();
            node.containers().stop(id, Duration.ZERO);
            node.containers().remove(id);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(stuck.awaitEnd(Duration.ZERO)).isEmpty();

            assertThat(text(stuck.stdout())).startsWith("0123456789abcdef");
            assertThat(end(stuck).exitCode()).isEqualTo(137);
        }
    }

    /** Waits until the {@code yes} in the container has filled all there is between it and its client. */
    private static void awaitNoProgress(String id) throws Exception {
        var written = new AtomicReference<>("");
        Await.until("the command waits for its client", Node.LIMIT, () -> {
            String now = node.containers()
                    .exec(id, "sh", "-c", "sleep 0.3; grep wchar /proc/$(busybox pidof yes)/io")
                    .stdout();
            return now.matches("wchar: [0-9]{5,}\n") && written.getAndSet(now).equals(now);
        });
    }

    @Test
    void aUrlWorksOnce() throws Exception {
        String url = node.streams().execUrl(idle(), Wants.OUTPUT, "true");
        try (SpdyPeer first = SpdyPeer.open(url, V4)) {
            assertThat(first.answer()).startsWith("HTTP/1.1 101 ");
        }
        try (SpdyPeer second = SpdyPeer.open(url, V4)) {
            assertThat(second.answer()).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void whoGuessesAtAUrlGetsNothingAndTakesNothingFromItsOwner() throws Exception {
        String url = node.streams().execUrl(idle(), Wants.OUTPUT, "true");
        int end = url.length() - 1;
        for (char last : "ABCDEFGHIJKLMNOPQRSTUVWXYZ".toCharArray()) {
            if (last != url.charAt(end)) {
                try (SpdyPeer stranger = SpdyPeer.open(url.substring(0, end) + last, V4)) {
                    assertThat(stranger.answer()).startsWith("HTTP/1.1 404 ");
                }
            }
        }
        try (SpdyPeer owner = SpdyPeer.open(url, V4)) {
            assertThat(owner.answer()).startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void requestsThatMakeNoSenseAreRefused() throws Exception {
        String id = idle();
        var terminalWithErrors = new Wants(Set.of(Standard.STDOUT, Standard.STDERR), Kind.TERMINAL);
        assertThat(Grpc.failure(() -> node.streams().execUrl(id, terminalWithErrors, "true"))
                        .message())
                .isEqualTo("tty and stderr cannot both be true");
        Grpc nothing = Grpc.failure(() -> node.streams().execUrl(id, new Wants(Set.of(), Kind.PIPES), "true"));
        assertThat(nothing.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(nothing.message()).isEqualTo("one of stdin, stdout, or stderr must be set");
        for (Grpc unknown : List.of(
                Grpc.failure(() -> node.client()
                        .runtime()
                        .attach(AttachRequest.newBuilder()
                                .setContainerId("0123")
                                .setStdout(true)
                                .build())),
                Grpc.failure(() -> node.client()
                        .runtime()
                        .portForward(PortForwardRequest.newBuilder()
                                .setPodSandboxId("0123")
                                .addPort(80)
                                .build())))) {
            assertThat(unknown.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(unknown.message()).contains("0123");
        }
        assertThat(Grpc.failure(() -> node.streams().execUrl("0123", Wants.OUTPUT, "true"))
                        .code())
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void spdyCarriesOutputErrorsAndTheStatus() throws Exception {
        String url = node.streams().execUrl(idle(), Wants.OUTPUT, "sh", "-c", "echo out; echo err >&2; exit 4");
        try (SpdyPeer peer = SpdyPeer.open(url, "v5.channel.k8s.io", V4)) {
            assertThat(peer.answer()).contains("X-Stream-Protocol-Version: " + V4);
            SpdyPeer.Opened ids = peer.openAll("error", "stdout", "stderr");
            assertThat(peer.awaitEnd(ids.id("error"), Node.LIMIT))
                    .isEqualTo("{\"status\":\"Failure\",\"message\":\"command terminated with non-zero exit code: exit"
                            + " status 4\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\","
                            + "\"message\":\"4\"}]}}");
            assertThat(peer.stream(ids.id("stdout")).text()).isEqualTo("out\n");
            assertThat(peer.stream(ids.id("stderr")).text()).isEqualTo("err\n");
            assertThat(peer.stream(ids.id("stdout")).isReplied()).isTrue();
            Await.until("the server closes in order", Node.LIMIT, peer::wentAway);
        }
    }

    @Test
    void spdyCarriesLargeInputAndItsEndWhilePingsAreAnswered() throws Exception {
        byte[] bytes = new byte[2_000_003];
        new Random(11).nextBytes(bytes);
        String url = node.streams().execUrl(idle(), Wants.ALL, "cat");
        try (SpdyPeer peer = SpdyPeer.open(url, V4)) {
            SpdyPeer.Opened ids = peer.openAll("stderr", "stdout", "stdin", "error");
            var sent = new ByteArrayOutputStream();
            for (int from = 0; from < bytes.length; from += 50_000) {
                byte[] part = java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 50_000));
                peer.data(ids.id("stdin"), part, from + 50_000 >= bytes.length);
                sent.writeBytes(part);
            }
            peer.ping(7);
            assertThat(peer.awaitEnd(ids.id("error"), Node.LIMIT)).isEqualTo("{\"status\":\"Success\"}");
            assertThat(peer.stream(ids.id("stdout")).bytes()).isEqualTo(sent.toByteArray());
            assertThat(peer.lastPing()).isEqualTo(7);
        }
    }

    @Test
    void olderProtocolsSayThingsInWords() throws Exception {
        String id = idle();
        for (String protocol : List.of("v3.channel.k8s.io", "v2.channel.k8s.io")) {
            try (SpdyPeer peer =
                    SpdyPeer.open(node.streams().execUrl(id, Wants.OUTPUT, "sh", "-c", "echo x; exit 5"), protocol)) {
                SpdyPeer.Opened ids = peer.openAll("error", "stdout", "stderr");
                assertThat(peer.awaitEnd(ids.id("error"), Node.LIMIT)).contains("5");
                assertThat(peer.stream(ids.id("stdout")).text()).isEqualTo("x\n");
            }
        }
        try (SpdyPeer peer = SpdyPeer.open(node.streams().execUrl(id, Wants.OUTPUT, "echo", "y"), "channel.k8s.io")) {
            SpdyPeer.Opened ids = peer.openAll("error", "stdout", "stderr");
            assertThat(peer.awaitEnd(ids.id("stdout"), Node.LIMIT)).isEqualTo("y\n");
            assertThat(peer.awaitEnd(ids.id("error"), Node.LIMIT)).isEmpty();
        }
    }

    @Test
    void aClientThatSpeaksNothingKnownIsRefused() throws Exception {
        String id = idle();
        try (SpdyPeer peer = SpdyPeer.open(node.streams().execUrl(id, Wants.OUTPUT, "true"), "v9.channel.k8s.io")) {
            assertThat(peer.answer()).startsWith("HTTP/1.1 403 ");
        }
        try (SpdyPeer peer = SpdyPeer.open(node.streams().execUrl(id, Wants.OUTPUT, "true"))) {
            assertThat(peer.answer()).startsWith("HTTP/1.1 400 ");
        }
        String url = node.streams().execUrl(id, Wants.OUTPUT, "true");
        assertThatThrownBy(() -> RemoteProcess.open(
                        java.net.http.HttpClient.newHttpClient(), url.substring(0, url.lastIndexOf('/')) + "/wrong"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("404");
    }

    @Test
    void commandsGoOnWhileTheirContainerIsAskedToEndAndEndWithIt() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "trap '' TERM; while :; do sleep 0.2; done"));
        try (RemoteProcess before = node.streams().exec(id, Wants.OUTPUT, "sh", "-c", "echo up; sleep 1000")) {
            assertThat(before.stdout().readNBytes(3)).hasSize(3);
            Thread stop = Thread.ofVirtual().start(() -> node.containers().stop(id, Duration.ofSeconds(4)));
            try (RemoteProcess within = node.streams().exec(id, Wants.OUTPUT, "echo", "still here")) {
                assertThat(text(within.stdout())).isEqualTo("still here\n");
            }
            stop.join();
            assertThat(end(before).exitCode()).isNotZero();
        }
    }
}

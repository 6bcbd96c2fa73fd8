package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Kubectl.Left;
import io.crius.acceptance.Kubectl.Transport;
import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.ContainerState;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commands, attachments and forwarded ports as {@code kubectl} has them, over both of its transports. Its connections reach the
 * streaming server unchanged, so both are checked by the client library of Kubernetes. Skipped where there is no kubectl.
 */
@Timeout(180)
@Needs(Trait.ENDS_INPUT_OF_WEBSOCKETS)
class KubectlIT {
    private static final Pattern LISTENING = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) ");
    private static final byte[] NOTHING = {};

    @RegisterExtension
    static final Node node = new Node();

    @TempDir
    Path home;

    private Optional<ApiFront> front = Optional.empty();
    private Transport transport = Transport.SPDY;

    @AfterEach
    void disconnect() throws IOException {
        if (front.isPresent()) {
            front.get().close();
            assertThat(front.get().upgrades()).isNotEmpty().allMatch((transport.word() + " 101")::equals);
        }
    }

    private Kubectl kubectl(Transport wanted, ContainerBuilder container) throws Exception {
        Assumptions.assumeTrue(Kubectl.installed().isPresent(), "needs kubectl");
        Pod pod = node.runPod("web");
        String id = node.run(pod, container);
        ApiFront started = ApiFront.start(node.streams(), pod.id(), id);
        Kubectl kubectl = Kubectl.at(Kubectl.installed().get(), started, home, wanted);
        if (!kubectl.knowsTransport()) {
            started.close();
            Assumptions.abort("needs a kubectl that speaks " + wanted);
        }
        front = Optional.of(started);
        transport = wanted;
        return kubectl;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(23).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource
    void outputErrorsAndExitCodesOfCommandsArrive(Transport wanted) throws Exception {
        Kubectl kubectl = kubectl(wanted, node.idle("main"));

        Left left = kubectl.run(NOTHING, "exec", "web", "--", "sh", "-c", "echo out; echo err >&2; exit 3");
        assertThat(left.text()).isEqualTo("out\n");
        assertThat(left.errors()).startsWith("err\n").contains("command terminated with exit code 3");
        assertThat(left.exitCode()).isEqualTo(3);

        assertThat(kubectl.run(NOTHING, "exec", "web", "--", "true").exitCode()).isZero();

        Left missing = kubectl.run(NOTHING, "exec", "web", "--", "/bin/nosuch");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.errors()).contains("exec /bin/nosuch in container", "/bin/nosuch");
        assertThat(missing.text()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whateverBytesGoInComeOutAndTheEndOfTheInputIsSeen(Transport wanted) throws Exception {
        byte[] bytes = random(3_000_001);

        Left left = kubectl(wanted, node.idle("main")).run(bytes, "exec", "-i", "web", "--", "cat");

        assertThat(left.errors()).isEmpty();
        assertThat(left.exitCode()).isZero();
        assertThat(left.stdout()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource
    void filesAreCopiedIntoThePodAndBack(Transport wanted) throws Exception {
        byte[] bytes = random(5_000_003);
        Path there = Files.write(home.resolve("there"), bytes);
        Path back = home.resolve("back");
        Kubectl kubectl = kubectl(wanted, node.idle("main"));
        Left tar = kubectl.run(
                NOTHING,
                "exec",
                "web",
                "--",
                "sh",
                "-c",
                "ln -s \"$(busybox which busybox)\" /bin/tar && mkdir -p /tmp");
        assertThat(tar.exitCode()).as(tar.errors()).isZero();

        Left in = kubectl.run(NOTHING, "cp", there.toString(), "web:/tmp/copied");
        Left out = kubectl.run(NOTHING, "cp", "web:/tmp/copied", back.toString());

        assertThat(in.exitCode()).as(in.errors()).isZero();
        assertThat(out.exitCode()).as(out.errors()).isZero();
        assertThat(Files.readAllBytes(back)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource
    void aTerminalGetsKeysAndSizes(Transport wanted) throws Exception {
        String inside = "until [ \"$(stty size)\" = \"41 101\" ]; do sleep 0.1; done; echo ready; read line; "
                + "echo got $line; until [ \"$(stty size)\" = \"50 120\" ]; do sleep 0.1; done; echo resized; exit 9";
        Kubectl kubectl = kubectl(wanted, node.idle("main"));
        try (Terminal terminal = Terminal.run("stty rows 41 cols 101; tty; "
                + kubectl.shellLine("exec -it web -- sh -c '" + inside + "'; echo code $?; echo end"))) {
            String device = terminal.until("\n").strip();
            terminal.until("ready");
            terminal.type("hello\r");
            terminal.until("got hello");
            Command.run("stty", "-F", device, "rows", "50", "cols", "120");
            terminal.until("resized");
            assertThat(terminal.until("end")).contains("code 9");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommandEndsWhenItsPersonIsKilled(Transport wanted) throws Exception {
        Process process = kubectl(wanted, node.idle("main"))
                .start("exec", "-i", "web", "--", "sh", "-c", "echo $$; exec sleep 8765");
        try (BufferedReader reader = process.inputReader()) {
            assertThat(reader.readLine()).isNotBlank();
            assertThat(processesWith("sleep\0" + "8765")).hasSize(1);
            process.destroyForcibly();
            Await.until(
                    "the command ends",
                    Node.LIMIT,
                    () -> processesWith("sleep\0" + "8765").isEmpty());
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommandEndsWhenItsPersonIsKilledWhoseInputNobodyTakes(Transport wanted) throws Exception {
        Process process = kubectl(wanted, node.idle("main"))
                .start("exec", "-i", "web", "--", "sh", "-c", "echo $$; exec sleep 8766");
        try (BufferedReader reader = process.inputReader()) {
            assertThat(reader.readLine()).isNotBlank();
            var sent = new AtomicLong();
            Thread.ofVirtual().start(() -> sendWhileTaken(process, sent));
            awaitBackedUp(sent);
            assertThat(processesWith("sleep\0" + "8766")).hasSize(1);
            process.destroyForcibly();
            Await.until(
                    "the command ends",
                    Node.LIMIT,
                    () -> processesWith("sleep\0" + "8766").isEmpty());
        } finally {
            process.destroyForcibly();
        }
    }

    private static void sendWhileTaken(Process process, AtomicLong sent) {
        byte[] piece = new byte[32 << 10];
        try {
            while (true) {
                process.getOutputStream().write(piece);
                sent.addAndGet(piece.length);
            }
        } catch (IOException _) {
            // the program has ended
        }
    }

    /** Until nothing more was taken for a second. */
    private static void awaitBackedUp(AtomicLong sent) throws Exception {
        var last = new AtomicLong();
        var since = new AtomicLong(System.nanoTime());
        Await.until("the input backs up", Node.LIMIT, () -> {
            if (last.getAndSet(sent.get()) != sent.get()) {
                since.set(System.nanoTime());
            }
            return sent.get() > 0 && System.nanoTime() - since.get() > 1_000_000_000L;
        });
    }

    private static List<ProcessHandle> processesWith(String commandLine) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                                .startsWith(commandLine);
                    } catch (IOException _) {
                        return false;
                    }
                })
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void aPersonAttachesTypesAndSeesTheContainersEnd(Transport wanted) throws Exception {
        Kubectl kubectl = kubectl(
                wanted,
                node.shell("main", "read line; echo got $line; echo err >&2; exit 0")
                        .stdin()
                        .with(config -> config.setStdinOnce(true)));

        Left left = kubectl.run("hello\n".getBytes(StandardCharsets.US_ASCII), "attach", "-i", "web", "-c", "main");

        assertThat(left.exitCode()).as(left.errors()).isZero();
        assertThat(left.text()).isEqualTo("got hello\n");
        assertThat(left.errors()).contains("err\n");
    }

    @ParameterizedTest
    @EnumSource
    void whoeverLeavesAContainerLeavesItRunning(Transport wanted) throws Exception {
        Kubectl kubectl = kubectl(
                wanted,
                node.shell("main", "while read line; do echo got $line; done").stdin());
        Process process = kubectl.start("attach", "-i", "web", "-c", "main");
        try (BufferedReader reader = process.inputReader()) {
            process.getOutputStream().write("one\n".getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            assertThat(reader.readLine()).isEqualTo("got one");
        } finally {
            process.destroyForcibly();
        }
        assertThat(node.containers().list())
                .allMatch(container -> container.getState() == ContainerState.CONTAINER_RUNNING);
    }

    @ParameterizedTest
    @EnumSource
    void connectionsToPortsAreCarriedManyAtATime(Transport wanted) throws Exception {
        Kubectl kubectl = kubectl(wanted, node.shell("main", "exec busybox nc -ll -p 8080 -e cat"));
        byte[] bytes = random(1_000_003);
        Process process = kubectl.start("port-forward", "pod/web", ":8080");
        try (BufferedReader said = process.inputReader()) {
            int port = port(said);
            Await.until("the pod listens", Node.LIMIT, () -> answers(port));
            var connections = new ArrayList<FutureTask<byte[]>>();
            for (int i = 0; i < 8; i++) {
                var task = new FutureTask<>(() -> echoed(port, bytes));
                connections.add(task);
                Thread.ofVirtual().start(task);
            }
            for (FutureTask<byte[]> connection : connections) {
                assertThat(connection.get()).isEqualTo(bytes);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static int port(BufferedReader said) throws IOException {
        String line = said.readLine();
        Matcher listening = LISTENING.matcher(line == null ? "" : line);
        if (!listening.find()) {
            throw new AssertionError("kubectl said " + line);
        }
        return Integer.parseInt(listening.group(1));
    }

    private static boolean answers(int port) {
        try {
            return echoed(port, new byte[] {1}).length == 1;
        } catch (IOException _) {
            return false;
        }
    }

    private static byte[] echoed(int port, byte[] bytes) throws IOException {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            Thread sending = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(bytes);
                } catch (IOException _) {
                    // the reader sees the end
                }
            });
            byte[] back = socket.getInputStream().readNBytes(bytes.length);
            var _ = sending.join(Node.LIMIT);
            return back;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPortThatNobodyListensOnIsNamed(Transport wanted) throws Exception {
        Process process = kubectl(wanted, node.idle("main")).start("port-forward", "pod/web", ":4242");
        try (BufferedReader said = process.inputReader();
                BufferedReader errors = process.errorReader()) {
            int port = port(said);
            try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            }
            String line = errors.readLine();
            assertThat(line).contains("4242").containsIgnoringCase("connection refused");
        } finally {
            process.destroyForcibly();
        }
    }
}

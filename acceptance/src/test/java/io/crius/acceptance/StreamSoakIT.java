package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.ExecResult;
import io.crius.client.StreamCalls;
import io.crius.client.stream.ForwardedPort;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many sessions at one time, of which some are dropped at a moment drawn by lot. Afterwards the server has as many descriptors,
 * threads and children as before, and every byte was right.
 *
 * <p>{@code -Dcrius.streams.rounds=100} is the full form: 2,000 commands, 200 attachments and 200 forwarded connections
 * of 10 MB, some three minutes; {@code -Dcrius.streams.seed=…} draws the same lots again. {@code -Dcrius.streams.probes=2000} is
 * the full form of the burst.
 */
@Timeout(3600)
@Needs(Trait.ENDS_INPUT_OF_WEBSOCKETS)
class StreamSoakIT {
    private static final int ROUNDS = Integer.getInteger("crius.streams.rounds", 1);
    private static final long SEED = Long.getLong("crius.streams.seed", 20261127);
    private static final int COMMANDS_IN_ROUND = 20;
    private static final int ATTACHED_IN_ROUND = 2;
    private static final int FORWARDED_IN_ROUND = 2;
    private static final int KILLED_IN_ROUND = 4;
    private static final int AT_ONE_TIME = 6;
    private static final int PROBES = Integer.getInteger("crius.streams.probes", 200);
    private static final int CALLERS = 8;
    private static final int FORWARDED_BYTES = 10_000_000;

    @RegisterExtension
    static final Node node = new Node();

    @Test
    void manySessionsLeaveNothingBehind() throws Exception {
        Pod pod = node.runPod("busy");
        String shell = node.run(
                pod,
                node.shell("shell", "while read line; do echo got $line; done").stdin());
        String echo = node.run(pod, node.shell("echo", "exec busybox nc -ll -p 8080 -e cat"));
        node.awaitListening(echo, 8080);
        try (StreamCalls streams = node.client().streams()) {
            long children = Held.now(node).children();
            round(streams, pod, shell, new Random(SEED - 1));
            Held before = settled(children);
            for (int i = 0; i < ROUNDS; i++) {
                round(streams, pod, shell, new Random(SEED + i));
            }
            Await.until(
                    "the server holds no more than " + before + " but " + Held.now(node) + " (seed " + SEED + ")",
                    Node.LIMIT,
                    () -> Held.now(node).isNoMoreThan(before));
        }
        Await.until("nothing runs that belongs to those who left (seed " + SEED + ")", Node.LIMIT, () -> {
            String left = node.containers().exec(shell, "ps").stdout();
            return !left.contains("dd if") && !left.contains("sleep");
        });
    }

    /** As the probes of all containers of a node, that were due while it was too busy. */
    @Test
    void aBurstOfProbesLeavesNothingBehind() throws Exception {
        String id = node.run(node.runPod("probed"), node.idle("main"));
        long children = Held.now(node).children();
        burst(id, CALLERS);
        Held before = settled(children);
        long processes = node.testNode().processes().size();

        burst(id, PROBES);

        Await.until(
                "the server holds no more than " + before + " but " + Held.now(node),
                Node.LIMIT,
                () -> Held.now(node).isNoMoreThan(before));
        assertThat(node.testNode().processes().size()).isLessThanOrEqualTo((int) processes);
    }

    private static void burst(String id, int count) throws Exception {
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            for (int i = 0; i < count; i++) {
                String number = Integer.toString(i);
                all.add(callers.submit(() -> assertThat(node.containers()
                                .exec(id, "sh", "-c", "echo " + number + "; exit " + Integer.parseInt(number) % 100))
                        .isEqualTo(new ExecResult(Integer.parseInt(number) % 100, number + "\n", ""))));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** After the first round all is loaded; what was dropped has ended when there are as many children as before. */
    private static Held settled(long children) throws Exception {
        return Await.value(
                "what the first round started has ended",
                Node.LIMIT,
                () -> Optional.of(Held.now(node)).filter(held -> held.children() <= children));
    }

    private static void round(StreamCalls streams, Pod pod, String shell, Random lots) throws Exception {
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService people = Executors.newFixedThreadPool(AT_ONE_TIME)) {
            for (int i = 0; i < COMMANDS_IN_ROUND; i++) {
                long seed = lots.nextLong();
                all.add(people.submit(() -> command(streams, shell, new Random(seed))));
                if (i % (COMMANDS_IN_ROUND / ATTACHED_IN_ROUND) == 0) {
                    all.add(people.submit(() -> attach(streams, shell, new Random(seed))));
                }
                if (i % (COMMANDS_IN_ROUND / KILLED_IN_ROUND) == 2) {
                    all.add(people.submit(() -> kill(streams, shell)));
                }
                if (i % (COMMANDS_IN_ROUND / FORWARDED_IN_ROUND) == 1) {
                    all.add(people.submit(() -> forward(streams, pod, new Random(seed))));
                }
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** A quarter is dropped while it runs. */
    private static boolean isDropped(Random lots) {
        return lots.nextInt(4) == 0;
    }

    private static boolean command(StreamCalls streams, String id, Random lots) throws Exception {
        byte[] bytes = new byte[lots.nextInt(200_000)];
        lots.nextBytes(bytes);
        boolean terminal = lots.nextInt(4) == 0;
        if (isDropped(lots)) {
            String[] words = {"sh", "-c", "echo up; dd if=/dev/zero bs=1000; sleep 1000"};
            try (RemoteProcess dropped = streams.exec(id, terminal ? Wants.TERMINAL : Wants.ALL, words)) {
                assertThat(dropped.stdout().readNBytes(1 + lots.nextInt(100_000)))
                        .isNotEmpty();
                return true;
            }
        }
        if (terminal) {
            try (RemoteProcess process = streams.exec(id, Wants.TERMINAL, "sh", "-c", "echo at a terminal; exit 9")) {
                assertThat(new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("at a terminal\r\n");
                assertThat(process.awaitEnd(Node.LIMIT).orElseThrow().exitCode())
                        .isEqualTo(9);
                return true;
            }
        }
        if (lots.nextBoolean()) {
            return spdy(streams, id, bytes);
        }
        try (RemoteProcess process = streams.exec(id, Wants.ALL, "cat")) {
            Thread typing = Thread.ofVirtual().start(() -> {
                try (var stdin = process.stdin()) {
                    stdin.write(bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(process.stdout().readAllBytes()).isEqualTo(bytes);
            typing.join();
            assertThat(process.awaitEnd(Node.LIMIT).orElseThrow().exitCode()).isZero();
            return true;
        }
    }

    private static boolean spdy(StreamCalls streams, String id, byte[] bytes) throws Exception {
        String url = streams.execUrl(id, Wants.ALL, "cat");
        try (SpdyPeer peer = SpdyPeer.open(url, "v4.channel.k8s.io")) {
            SpdyPeer.Opened ids = peer.openAll("error", "stdin", "stdout", "stderr");
            peer.data(ids.id("stdin"), bytes, true);
            assertThat(peer.awaitEnd(ids.id("error"), Node.LIMIT)).isEqualTo("{\"status\":\"Success\"}");
            assertThat(peer.stream(ids.id("stdout")).bytes()).isEqualTo(bytes);
            return true;
        }
    }

    /** A client that is a process, and ends by SIGKILL. */
    private static boolean kill(StreamCalls streams, String id) throws Exception {
        String url = streams.execUrl(id, Wants.OUTPUT, "sh", "-c", "trap '' HUP; echo up; sleep 1001");
        try (ClientProcess client = ClientProcess.open(List.of(), url)) {
            client.await("up");
            return true;
        }
    }

    private static boolean attach(StreamCalls streams, String id, Random lots) throws Exception {
        if (lots.nextBoolean()) {
            return attachBySpdy(streams, id, lots);
        }
        try (RemoteProcess process = streams.attach(id, Wants.ALL)) {
            String word = "word" + lots.nextLong();
            process.stdin().write((word + "\n").getBytes(StandardCharsets.UTF_8));
            if (isDropped(lots)) {
                return false;
            }
            var read = new StringBuilder();
            while (read.indexOf("got " + word + "\n") < 0) {
                int value = process.stdout().read();
                assertThat(value).as("output ended after " + read).isNotNegative();
                read.append((char) value);
            }
            return true;
        }
    }

    private static boolean attachBySpdy(StreamCalls streams, String id, Random lots) throws Exception {
        try (SpdyPeer peer = SpdyPeer.open(streams.attachUrl(id, Wants.ALL), "v4.channel.k8s.io")) {
            SpdyPeer.Opened ids = peer.openAll("error", "stdin", "stdout", "stderr");
            String word = "word" + lots.nextLong();
            peer.data(ids.id("stdin"), (word + "\n").getBytes(StandardCharsets.UTF_8), false);
            if (isDropped(lots)) {
                return false;
            }
            Await.until(
                    "got " + word,
                    Node.LIMIT,
                    () -> peer.stream(ids.id("stdout")).text().contains("got " + word + "\n"));
            return true;
        }
    }

    private static boolean forwardBySpdy(StreamCalls streams, Pod pod, byte[] bytes, Random lots) throws Exception {
        try (SpdyPeer peer = SpdyPeer.open(streams.forwardUrl(pod.id()), "portforward.k8s.io")) {
            int data = peer.forward("8080", "0");
            if (isDropped(lots)) {
                peer.data(data, Arrays.copyOf(bytes, lots.nextInt(bytes.length)), false);
                return false;
            }
            peer.data(data, bytes, true);
            peer.awaitEnd(data, Node.LIMIT);
            assertThat(peer.stream(data).bytes()).isEqualTo(bytes);
            return true;
        }
    }

    private static boolean forward(StreamCalls streams, Pod pod, Random lots) throws Exception {
        byte[] bytes = new byte[FORWARDED_BYTES];
        lots.nextBytes(bytes);
        if (lots.nextBoolean()) {
            return forwardBySpdy(streams, pod, bytes, lots);
        }
        try (ForwardedPort port = streams.forward(pod.id(), 8080)) {
            Thread sending = Thread.ofVirtual().start(() -> {
                try (var out = port.output()) {
                    out.write(bytes);
                } catch (IOException e) {
                    // dropped below
                    Thread.currentThread().interrupt();
                }
            });
            if (isDropped(lots)) {
                int part = lots.nextInt(bytes.length);
                assertThat(port.input().readNBytes(part)).isEqualTo(Arrays.copyOf(bytes, part));
                return false;
            }
            assertThat(port.input().readAllBytes()).isEqualTo(bytes);
            sending.join();
            return true;
        }
    }
}

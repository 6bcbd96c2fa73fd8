package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.StreamCalls;
import io.crius.client.stream.ForwardedPort;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many sessions at one time, of which some are dropped at a moment drawn by lot. Afterwards the server has as many descriptors,
 * threads and children as before, and every byte was right.
 *
 * <p>{@code -Dcrius.streams.rounds=100} is the full form: 2,000 commands, 200 attachments and 200 forwarded connections
 * of 10 MB, some three minutes; {@code -Dcrius.streams.seed=…} draws the same lots again.
 */
@Timeout(3600)
@Needs(Trait.ENDS_INPUT_OF_WEBSOCKETS)
class StreamSoakIT {
    private static final int ROUNDS = Integer.getInteger("crius.streams.rounds", 1);
    private static final long SEED = Long.getLong("crius.streams.seed", 20261127);
    private static final int COMMANDS_IN_ROUND = 20;
    private static final int ATTACHED_IN_ROUND = 2;
    private static final int FORWARDED_IN_ROUND = 2;
    private static final int AT_ONE_TIME = 6;
    private static final int FORWARDED_BYTES = 10_000_000;

    @RegisterExtension
    static final Node node = new Node();

    /** What the server holds; some threads and descriptors come and go with what happens beside the sessions. */
    private record Held(long descriptors, long threads, long children, Set<Path> namespaces) {
        static Held now() throws IOException {
            Path process =
                    Path.of("/proc", Long.toString(node.testNode().target().pid()));
            return new Held(count(process.resolve("fd")), threads(process), children(process), namespaces(process));
        }

        /** Without those that the JVM starts and ends as it likes: compilers, and carriers of virtual threads. */
        private static long threads(Path process) throws IOException {
            return ofThreads(process, thread -> Files.readString(thread.resolve("comm"))).stream()
                    .filter(name -> !name.startsWith("ForkJoinPool") && !name.contains("Compiler"))
                    .count();
        }

        /** The networks that its threads are in. */
        private static Set<Path> namespaces(Path process) throws IOException {
            return Set.copyOf(ofThreads(process, thread -> Files.readSymbolicLink(thread.resolve("ns/net"))));
        }

        private interface Reading<T> {
            T of(Path thread) throws IOException;
        }

        /** A thread may end while its process is looked at. */
        private static <T> List<T> ofThreads(Path process, Reading<T> reading) throws IOException {
            var found = new ArrayList<T>();
            try (Stream<Path> threads = Files.list(process.resolve("task"))) {
                for (Path thread : threads.toList()) {
                    try {
                        found.add(reading.of(thread));
                    } catch (IOException e) {
                        if (Files.exists(thread)) {
                            throw e;
                        }
                    }
                }
            }
            return found;
        }

        private static long count(Path folder) throws IOException {
            try (Stream<Path> entries = Files.list(folder)) {
                return entries.count();
            }
        }

        /** Those without the monitors of containers. */
        private static long children(Path process) throws IOException {
            return ofThreads(process, thread -> Files.readString(thread.resolve("children"))).stream()
                    .flatMap(children -> Arrays.stream(children.split(" ")))
                    .filter(word -> !word.isBlank())
                    .count();
        }

        boolean isNoMoreThan(Held before) {
            return descriptors <= before.descriptors + 3
                    && threads <= before.threads + 3
                    && children <= before.children
                    && namespaces.equals(before.namespaces);
        }
    }

    @Test
    void manySessionsLeaveNothingBehind() throws Exception {
        Pod pod = node.runPod("busy");
        String shell = node.run(
                pod,
                node.shell("shell", "while read line; do echo got $line; done").stdin());
        String echo = node.run(pod, node.shell("echo", "exec busybox nc -ll -p 8080 -e cat"));
        Await.until(
                "the pod listens",
                Node.LIMIT,
                () -> node.containers()
                        .exec(echo, "busybox", "netstat", "-ltn")
                        .stdout()
                        .contains(":8080 "));
        try (StreamCalls streams = node.client().streams()) {
            long children = Held.now().children();
            round(streams, pod, shell, new Random(SEED - 1));
            Held before = settled(children);
            for (int i = 0; i < ROUNDS; i++) {
                round(streams, pod, shell, new Random(SEED + i));
            }
            Await.until(
                    "the server holds no more than " + before + " but " + Held.now() + " (seed " + SEED + ")",
                    Node.LIMIT,
                    () -> Held.now().isNoMoreThan(before));
        }
        String left = node.containers().exec(shell, "ps").stdout();
        assertThat(left).as("seed " + SEED).doesNotContain("dd").doesNotContain("sleep");
    }

    /** After the first round all is loaded; what was dropped has ended when there are as many children as before. */
    private static Held settled(long children) throws Exception {
        return Await.value(
                "what the first round started has ended",
                Node.LIMIT,
                () -> Optional.of(Held.now()).filter(held -> held.children() <= children));
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

    private static boolean attach(StreamCalls streams, String id, Random lots) throws Exception {
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

    private static boolean forward(StreamCalls streams, Pod pod, Random lots) throws Exception {
        byte[] bytes = new byte[FORWARDED_BYTES];
        lots.nextBytes(bytes);
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

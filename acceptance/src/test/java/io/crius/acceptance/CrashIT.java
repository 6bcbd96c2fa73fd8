package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.node.TestNode;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.TargetKind;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The server is killed at any moment, while it works and while it starts, and nothing that it said before becomes untrue, no name
 * is lost and nothing is left. How often is {@code -Dcrius.crash.kills}; {@code -Dcrius.crash.seed} draws the same calls again, the
 * moments differ a little.
 */
class CrashIT {
    private static final int LONGEST_LIFE_MILLIS = 1500;

    /** A start takes about so long, of which the first half is the Java machine's. */
    private static final int LONGEST_START_MILLIS = 1000;

    /** Of so many starts one is not lived to the end. */
    private static final int STARTS_FOR_A_DEATH = 4;

    /** After so many kills everything is removed, and what is left is counted. */
    private static final int KILLS_FOR_A_COUNT = 50;

    /** Folders of the server with an entry for each pod or container. */
    private static final List<Path> PLACES = Stream.of(
                    "state/pods",
                    "run/pods",
                    "run/exits",
                    "run/attach",
                    "run/oci",
                    "run/ns/netns",
                    "run/ns/ipcns",
                    "run/ns/utsns",
                    "run/storage/overlay-containers")
            .map(Path::of)
            .toList();

    @RegisterExtension
    static final Node node = new Node();

    @BeforeEach
    void theServerMustBeOurs() {
        Assumptions.assumeTrue(
                Choice.kind() == TargetKind.CRIUS && System.getProperty("crius.socket") == null,
                "what is left is looked for in the folders of Crius; a server that somebody else runs is not killed");
    }

    @Test
    void noMomentIsABadOneToBeKilled() throws Exception {
        long seed = Long.getLong("crius.crash.seed", System.currentTimeMillis());
        int wanted = Integer.getInteger("crius.crash.kills", 10);
        var random = new Random(seed);
        var workload = new Workload(node, new Random(random.nextLong()));
        var before = new Held(children(storage().resolve("overlay")), held());
        List<String> story = new ArrayList<>();
        long test = System.nanoTime();
        try {
            int kills = 0;
            for (int counts = 1; kills < wanted; counts++) {
                int pause = Math.min(wanted, counts * KILLS_FOR_A_COUNT);
                while (kills < pause) {
                    kills += round(workload, random, story);
                }
                workload.removeAll();
                nothingIsLeft(before);
            }
            story.add(kills + " kills in " + millisSince(test) / 1000 + " s");
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "-Dcrius.crash.seed=" + seed + "\n" + String.join("\n", story) + "\nserver log: "
                            + node.testNode().target().logTail(),
                    e);
        }
        System.out.println("crashes with seed " + seed + ":\n" + String.join("\n", story));
    }

    /** What the node holds without any pod. */
    private record Held(List<Path> layers, String counted) {}

    private static void nothingIsLeft(Held before) throws Exception {
        Await.until("nothing is left but " + left(), Node.LIMIT, () -> left().isEmpty());
        assertThat(children(storage().resolve("overlay"))).containsExactlyInAnyOrderElementsOf(before.layers());
        assertThat(held()).isEqualTo(before.counted());
    }

    /** One life and its end, and perhaps some that were even shorter; gives the number of the kills. */
    private static int round(Workload workload, Random random, List<String> story) throws Exception {
        Duration life = Duration.ofMillis(50 + random.nextInt(LONGEST_LIFE_MILLIS));
        killDuring(workload, life);
        int kills = 1;
        while (random.nextInt(STARTS_FOR_A_DEATH) == 0) {
            Duration start = Duration.ofMillis(random.nextInt(LONGEST_START_MILLIS));
            killDuringStart(start);
            kills++;
            story.add("killed " + start.toMillis() + " ms after it was started");
        }
        long begun = System.nanoTime();
        node.testNode().startTarget();
        long ready = millisSince(begun);
        String unanswered = workload.checkAfterRestart();
        story.add("killed after " + life.toMillis() + " ms, ready again after " + ready + " ms, checked after "
                + millisSince(begun) + " ms; not answered: " + unanswered + "; now " + workload);
        return kills;
    }

    private static long millisSince(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    /** The moment is drawn: nothing is waited for. */
    private static void killDuringStart(Duration moment) throws Exception {
        long end = System.nanoTime() + moment.toNanos();
        node.testNode().target().start();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        node.testNode().target().kill();
    }

    /** As a script counts it that knows nothing of the server. */
    private static String held() throws Exception {
        TestNode test = node.testNode();
        return Command.run(
                "../scripts/count-held",
                test.folder().toString(),
                test.cgroup().path(),
                test.network().bridge());
    }

    private static void killDuring(Workload workload, Duration life) throws Exception {
        var dying = new AtomicBoolean();
        var worked = new CompletableFuture<Boolean>();
        Thread worker = Thread.ofPlatform().name("workload").start(() -> {
            try {
                work(workload, dying);
                worked.complete(true);
            } catch (RuntimeException | Error e) {
                worked.completeExceptionally(e);
            }
        });
        long moment = System.nanoTime() + life.toNanos();
        try {
            // Ends early only where a call went wrong.
            worked.get(moment - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            dying.set(true);
            node.testNode().target().kill();
            worker.join(Node.LIMIT);
        } catch (ExecutionException e) {
            throw new AssertionError("a call went wrong before the server was killed", e.getCause());
        }
        assertThat(worked).succeedsWithin(Node.LIMIT);
    }

    private static void work(Workload workload, AtomicBoolean dying) {
        try {
            while (!dying.get()) {
                workload.step();
            }
        } catch (StatusRuntimeException e) {
            if (!dying.get()) {
                throw e;
            }
        }
    }

    /** What belongs to pods and containers, in memory of the kernel and on disk; there is none of either now. */
    private static List<String> left() throws IOException {
        List<String> found = new ArrayList<>(node.testNode().leftovers());
        for (Path place : PLACES) {
            children(server().resolve(place)).forEach(child -> found.add("file " + child));
        }
        for (Path child : children(storage().resolve("overlay-containers"))) {
            if (Files.isDirectory(child)) {
                found.add("container of the store " + child);
            }
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String point = line.split(" ")[4];
            if (point.startsWith(server() + "/run/") || point.startsWith(storage() + "/overlay/")) {
                found.add("mount " + point);
            }
        }
        for (long pid : node.testNode().processes()) {
            if (pid != node.testNode().target().pid()) {
                found.add("process " + pid);
            }
        }
        return found;
    }

    private static Path server() {
        return Node.parent(node.testNode().target().socket());
    }

    private static Path storage() {
        return server().resolve("storage");
    }

    private static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}

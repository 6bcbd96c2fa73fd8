package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.target.Trait;
import io.crius.client.SocketHttp;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.PodSandboxConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * More pods are asked for at the same moment than are made at once: each is made or refused with a reason, a retry makes
 * it, and the daemon's memory stays small all the time. How many pods is {@code -Dcrius.overload.pods}, how many may wait {@code
 * -Dcrius.overload.line}.
 */
@Needs(Trait.EXPLAINS)
class OverloadIT {
    private static final int PODS = Integer.getInteger("crius.overload.pods", 60);
    private static final int LINE = Integer.getInteger("crius.overload.line", 30);
    private static final int AT_ONCE = 4;
    private static final long LARGEST_MEMORY_KIB = 200 << 10;
    private static final AtomicLong LARGEST_SEEN_KIB = new AtomicLong();
    private static final Pattern LINE_SEEN = Pattern.compile("creations +\\d+ under way, [1-9]\\d* waiting in line");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @RegisterExtension
    static final Node node = new Node("""
            [crius]
            creations_at_once = %d
            creations_in_line = %d
            """.formatted(AT_ONCE, LINE));

    @Test
    void whoeverIsNotServedAtOnceWaitsOrIsToldWhy() throws Exception {
        List<PodSandboxConfig> pods = new ArrayList<>();
        for (int i = 0; i < PODS; i++) {
            pods.add(node.pod("many").network(NamespaceMode.NODE).build());
        }
        Map<PodSandboxConfig, String> made = new ConcurrentHashMap<>();
        List<PodSandboxConfig> refused = atOnce(pods, made);
        assertThat(made).hasSizeGreaterThanOrEqualTo(Math.min(PODS, AT_ONCE + LINE));
        if (PODS <= LINE) {
            assertThat(refused).isEmpty();
        }
        for (int round = 0; round < PODS && !refused.isEmpty(); round++) {
            refused = atOnce(refused, made);
        }
        assertThat(made).hasSize(PODS);
        assertThat(node.pods().list()).hasSize(PODS);
        System.out.println(PODS + " pods at once: " + LARGEST_SEEN_KIB + " KiB of memory at most, " + pssKib()
                + " KiB afterwards; with what it shares with others " + kib("status", "VmHWM:") + " KiB at most");
        assertThat(LARGEST_SEEN_KIB.get()).isPositive().isLessThan(LARGEST_MEMORY_KIB);
    }

    /** Asks for all of them at the same moment; gives those that were refused. */
    private static List<PodSandboxConfig> atOnce(List<PodSandboxConfig> pods, Map<PodSandboxConfig, String> made)
            throws Exception {
        var start = new CountDownLatch(1);
        List<PodSandboxConfig> refused = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> calls = pods.stream()
                    .map(pod -> callers.submit(() -> {
                        start.await();
                        return run(pod, made);
                    }))
                    .toList();
            Future<Boolean> seen = callers.submit(() -> theLineIsSeen(calls));
            Future<Boolean> measured = callers.submit(() -> measureMemory(calls));
            start.countDown();
            for (int i = 0; i < calls.size(); i++) {
                if (!calls.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    refused.add(pods.get(i));
                }
            }
            assertThat(measured.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            if (pods.size() == PODS) {
                assertThat(seen.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
        }
        return refused;
    }

    private static boolean run(PodSandboxConfig pod, Map<PodSandboxConfig, String> made) {
        try {
            made.put(pod, node.pods().run(pod));
            return true;
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(e)
                    .hasMessageContaining("this node is busy: " + AT_ONCE + " creations run and " + LINE + " wait");
            return false;
        }
    }

    /** Whether the explanation of the node ever tells of those who wait. */
    private static boolean theLineIsSeen(List<Future<Boolean>> calls) throws Exception {
        var http = new SocketHttp(node.testNode().target().socket());
        boolean seen = false;
        while (!seen && !calls.stream().allMatch(Future::isDone)) {
            seen = LINE_SEEN.matcher(http.get("/explain", "*/*").body()).find();
        }
        return seen;
    }

    /** Again and again until all have ended; each look at it takes some milliseconds. */
    private static boolean measureMemory(List<Future<Boolean>> calls) throws Exception {
        do {
            LARGEST_SEEN_KIB.accumulateAndGet(pssKib(), Math::max);
            Thread.sleep(Duration.ofMillis(20));
        } while (!calls.stream().allMatch(Future::isDone));
        return true;
    }

    private static long pssKib() throws Exception {
        return kib("smaps_rollup", "Pss:");
    }

    /** A number of the daemon's. Kernel: proc(5). */
    private static long kib(String file, String key) throws Exception {
        return Files.readAllLines(
                        Path.of("/proc", Long.toString(node.testNode().target().pid()), file))
                .stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}

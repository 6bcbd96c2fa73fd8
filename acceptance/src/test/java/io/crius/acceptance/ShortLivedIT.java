package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.NamespaceMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many containers that end at once, some by a signal and some for want of memory: code, reason and log of each are true. How many
 * is {@code -Dcrius.short.containers}; {@code -Dcrius.short.seed} draws the same ones again.
 */
class ShortLivedIT {
    private static final int AT_ONCE = 4;
    private static final int MEMORY = 16 << 20;

    @RegisterExtension
    static final Node node = new Node();

    /** How a container is to end, and what it writes before. */
    private record Fate(int number, Ending ending, int code, int lines, int errors) {
        static Fate draw(int number, Random random) {
            int dice = random.nextInt(100);
            Ending ending = dice < 75
                    ? Ending.EXIT
                    : dice < 83 ? Ending.SIGNAL : dice < 91 ? Ending.KILLED_INIT : Ending.MEMORY;
            int signal = List.of(1, 9, 11, 15).get(random.nextInt(4));
            int code = switch (ending) {
                case EXIT -> random.nextInt(4) == 0 ? 0 : random.nextInt(256);
                case SIGNAL, KILLED_INIT -> 128 + signal;
                case MEMORY -> 137;
            };
            return new Fate(number, ending, code, random.nextInt(4), random.nextInt(3));
        }

        ContainerBuilder container() {
            ContainerBuilder container = node.shell("c" + number, write(lines, "") + write(errors, " >&2") + end());
            return switch (ending) {
                case EXIT, SIGNAL -> container;
                // Kernel: pid_namespaces(7), the first process of a namespace of its own would not see most signals.
                case KILLED_INIT -> container.pid(NamespaceMode.NODE);
                case MEMORY ->
                    container.resources(r -> r.setMemoryLimitInBytes(MEMORY).setMemorySwapLimitInBytes(MEMORY));
            };
        }

        private String write(int count, String where) {
            return count == 0 ? "" : "for i in $(seq " + count + "); do echo " + number + "-$i" + where + "; done; ";
        }

        /** A first process gets no signal from its own namespace; so the one that gets it is a child, as in a shell script. */
        private String end() {
            return switch (ending) {
                case EXIT -> "exit " + code;
                case KILLED_INIT -> "kill -" + (code - 128) + " $$; while :; do usleep 10000; done";
                case SIGNAL -> "{ sh -c 'kill -" + (code - 128) + " $$'; } 2>/dev/null; exit $?";
                case MEMORY -> "exec tail /dev/zero";
            };
        }

        String reason() {
            return ending == Ending.MEMORY ? "OOMKilled" : code == 0 ? "Completed" : "Error";
        }

        String log(int count) {
            var text = new StringBuilder();
            for (int i = 1; i <= count; i++) {
                text.append(number).append('-').append(i).append('\n');
            }
            return text.toString();
        }
    }

    private enum Ending {
        EXIT,
        /** A child is killed, and its shell passes that on. */
        SIGNAL,
        /** The first process itself is killed. */
        KILLED_INIT,
        MEMORY
    }

    @Test
    void everyEndIsToldAsItWas() throws Exception {
        long seed = Long.getLong("crius.short.seed", System.currentTimeMillis());
        int count = Integer.getInteger("crius.short.containers", 100);
        var random = new Random(seed);
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            var pods = new Pod[] {node.runPod("a"), node.runPod("b")};
            for (int i = 0; i < count; i++) {
                Fate fate = Fate.draw(i, random);
                Pod pod = pods[i % pods.length];
                done.add(threads.submit(() -> {
                    live(pod, fate);
                    return fate;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } catch (Exception | Error e) {
            throw new AssertionError("-Dcrius.short.seed=" + seed + " -Dcrius.short.containers=" + count, e);
        }
    }

    private static void live(Pod pod, Fate fate) throws Exception {
        String id = node.run(pod, fate.container());
        ContainerStatus status = node.awaitExit(id);
        String what = fate + " ended with code " + status.getExitCode() + ", reason " + status.getReason()
                + ", message \"" + status.getMessage() + "\"";
        assertThat(status.getExitCode()).as(what).isEqualTo(fate.code());
        assertThat(status.getReason()).as(what).isEqualTo(fate.reason());
        assertThat(status.getStartedAt()).as(what).isGreaterThanOrEqualTo(status.getCreatedAt());
        if (Choice.kind().has(Trait.TIMES_IN_ORDER)) {
            assertThat(status.getFinishedAt()).as(what).isGreaterThanOrEqualTo(status.getStartedAt());
        }
        if (Choice.kind().has(Trait.LOG_IS_WHOLE_AT_EXIT)) {
            hasItsLog(status, fate, what);
        }
        node.containers().remove(id);
    }

    private static void hasItsLog(ContainerStatus status, Fate fate, String what) throws IOException {
        ContainerLog log = ContainerLog.of(Path.of(status.getLogPath()));
        assertThat(log.text(ContainerLog.Stream.STDOUT)).as(what).isEqualTo(fate.log(fate.lines()));
        assertThat(log.text(ContainerLog.Stream.STDERR)).as(what).isEqualTo(fate.log(fate.errors()));
    }
}

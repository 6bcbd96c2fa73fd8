package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.process.Command.Output;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.LinuxContainerResources;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the client for people shows of statistics, metrics and events, and how it changes limits. */
@Timeout(180)
@Needs({Trait.READS_CRIO_CONF, Trait.SPEAKS_CRI_1_36})
class CtlNumbersIT {
    private static final long MIB = 1 << 20;

    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            enable_pod_events = true

            [crio.stats]
            included_pod_metrics = ["all"]
            """);

    private static final Ctl CTL = new Ctl(node);

    private static String busy(Pod pod, String name) {
        return node.run(pod, node.shell(name, "while :; do :; done").label("which", name));
    }

    /** A program that writes until it is interrupted. */
    private static final class Watching implements AutoCloseable {
        private final Process process;
        private final BufferedReader lines;

        private Watching(Process process) {
            this.process = process;
            this.lines = process.inputReader();
        }

        static Watching start(String... words) throws IOException {
            List<String> line = new ArrayList<>(List.of("env", "--default-signal"));
            line.addAll(CTL.line(words));
            return new Watching(new ProcessBuilder(line)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }

        /** Gives all lines up to the one that has the text in it. */
        String until(String text) throws IOException {
            var read = new StringBuilder();
            while (true) {
                String line = lines.readLine();
                if (line == null) {
                    throw new IOException("no " + text + " but " + read);
                }
                read.append(line).append('\n');
                if (line.contains(text)) {
                    return read.toString();
                }
            }
        }

        /** Ctrl-C; gives the exit status. */
        int interrupt() throws Exception {
            Command.run("kill", "-INT", Long.toString(process.pid()));
            Await.until("the program ends", Node.LIMIT, () -> !process.isAlive());
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void whatContainersUseIsATableAndADocument() throws Exception {
        Pod pod = node.runPod("numbers");
        String one = busy(pod, "one");
        Pod other = node.runPod("other");
        String two = node.run(other, node.idle("two"));

        List<String> table = CTL.run("stats", "--seconds", "1").lines().toList();
        assertThat(table.getFirst()).matches("CONTAINER +NAME +CPU % +MEM +DISK +INODES *");
        assertThat(table).hasSize(3);
        String row = table.stream()
                .filter(line -> line.startsWith(one.substring(0, 13)))
                .findFirst()
                .orElseThrow();
        assertThat(row).matches(one.substring(0, 13) + " +one +\\d+\\.\\d\\d +\\S+B +\\S+B +\\d+ *");
        assertThat(Double.parseDouble(row.split(" +")[2])).isBetween(1.0, 200.0);
        for (String[] words : List.of(
                new String[] {"stats", "--id", two.substring(0, 20)}, new String[] {"stats", "-p", other.id()})) {
            assertThat(CTL.run(words).lines().skip(1))
                    .singleElement()
                    .asString()
                    .startsWith(two.substring(0, 13));
        }
        assertThat(CTL.run("stats", "--label", "which=one", "-o", "json"))
                .startsWith("{\n  \"stats\": [\n")
                .contains("\"id\": \"" + one + "\"", "\"usageCoreNanoSeconds\": {", "\"workingSetBytes\": {")
                .doesNotContain(two);
        assertThat(CTL.run("stats", "-o", "yaml", two)).startsWith("stats:\n").contains("id: " + two);
        assertThat(CTL.attempt("stats", "-o", "xml").exitCode()).isEqualTo(2);
    }

    @Test
    void whatPodsUseIsATableAndADocument() throws Exception {
        Pod pod = node.runPod("numbers");
        busy(pod, "one");
        String other = node.runPod("other").id();

        List<String> table = CTL.run("statsp").lines().toList();
        assertThat(table.getFirst()).matches("POD +POD ID +CPU % +MEM *");
        assertThat(table)
                .anySatisfy(line -> assertThat(line)
                        .matches(pod.config().getMetadata().getName() + " +"
                                + pod.id().substring(0, 13) + " +\\d+\\.\\d\\d +\\S+B *"));
        assertThat(CTL.run("statsp", "--id", pod.id(), "-o", "json"))
                .startsWith("{\n  \"stats\": [\n")
                .contains("\"id\": \"" + pod.id() + "\"", "\"processCount\": {", "\"defaultInterface\": {")
                .doesNotContain(other);
        assertThat(CTL.run("statsp", pod.id(), "-o", "yaml"))
                .startsWith("stats:\n")
                .contains("id: " + pod.id());
    }

    @Test
    void whoWatchesSeesNewNumbersUntilInterrupted() throws Exception {
        String id = busy(node.runPod("numbers"), "one");
        try (Watching stats = Watching.start("stats", "--watch", "--seconds", "1")) {
            stats.until(id.substring(0, 13));
            assertThat(stats.until(id.substring(0, 13))).startsWith("\033[2J\033[HCONTAINER");
            assertThat(stats.interrupt()).isEqualTo(130);
        }
    }

    @Test
    void metricsAreDocuments() throws Exception {
        Pod pod = node.runPod("numbers");
        busy(pod, "one");
        assertThat(CTL.run("metricsp"))
                .startsWith("{\n  \"podMetrics\": [\n")
                .contains("\"podSandboxId\": \"" + pod.id() + "\"", "\"container_cpu_usage_seconds_total\"");
        assertThat(CTL.run("metricsp", "-o", "yaml"))
                .startsWith("podMetrics:\n")
                .contains(pod.id());
        assertThat(CTL.run("metricdescs"))
                .startsWith("{\n  \"descriptors\": [\n")
                .contains("\"name\": \"container_cpu_usage_seconds_total\"", "\"labelKeys\": [");
        assertThat(CTL.run("metricdescs", "-o", "yaml")).startsWith("descriptors:\n");
        Output table = CTL.attempt("metricsp", "-o", "table");
        assertThat(table.exitCode()).isEqualTo(2);
        assertThat(table.stderr()).contains("--output: metrics are printed as json or yaml");
    }

    @Test
    void eventsAreShownAsTheyHappenInThreeForms() throws Exception {
        try (Watching json = Watching.start("events");
                Watching yaml = Watching.start("events", "-o", "yaml");
                Watching table = Watching.start("events", "-o", "table");
                Heartbeat _ = Heartbeat.start()) {
            for (Watching one : List.of(json, yaml, table)) {
                one.until("CONTAINER_DELETED_EVENT");
            }
            Pod pod = node.runPod("told");
            String id = node.run(pod, node.shell("main", "exit 7"));
            json.until("\"containerId\": \"" + id + "\"");
            yaml.until("containerId: " + id);
            assertThat(table.until("CONTAINER_STARTED_EVENT " + id + " default/"
                            + pod.config().getMetadata().getName()))
                    .containsPattern("\\d{4}-\\d\\d-\\d\\dT\\S+ CONTAINER_CREATED_EVENT " + id + " ");
            table.until("CONTAINER_STOPPED_EVENT " + id);
            for (Watching one : List.of(json, yaml, table)) {
                assertThat(one.interrupt()).isEqualTo(130);
            }
        }
    }

    /** Something happens again and again, as long as somebody may not be listening yet. */
    private record Heartbeat(Thread thread, AtomicBoolean over) implements AutoCloseable {
        static Heartbeat start() {
            var over = new AtomicBoolean();
            return new Heartbeat(Thread.ofVirtual().start(() -> beat(over)), over);
        }

        private static void beat(AtomicBoolean over) {
            try {
                while (!over.get()) {
                    Pod pod = node.runPod("heartbeat");
                    node.pods().stop(pod.id());
                    node.pods().remove(pod.id());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            thread.join();
        }
    }

    @Test
    void limitsAreChangedOfEachContainerThatIsThere() throws Exception {
        Pod pod = node.runPod("limited");
        String one = node.run(pod, node.idle("one"));
        String two = node.run(pod, node.idle("two"));

        Output output = CTL.attempt(
                "update",
                "--memory",
                "" + 64 * MIB,
                "--cpu-quota",
                "20000",
                "--cpu-period",
                "100000",
                "--cpu-share",
                "512",
                "--cpuset-cpus",
                "0",
                one,
                "doesnotexist",
                two);

        assertThat(output.exitCode()).isEqualTo(1);
        assertThat(output.stdout()).isEqualTo(one + "\n" + two + "\n");
        assertThat(output.stderr())
                .startsWith("updating container doesnotexist: ")
                .endsWith("(NotFound)\n");
        for (String id : List.of(one, two)) {
            LinuxContainerResources limits =
                    node.containers().status(id).getResources().getLinux();
            assertThat(limits.getMemoryLimitInBytes()).isEqualTo(64 * MIB);
            assertThat(limits.getCpuQuota()).isEqualTo(20_000);
            assertThat(limits.getCpuPeriod()).isEqualTo(100_000);
            assertThat(limits.getCpuShares()).isEqualTo(512);
            assertThat(limits.getCpusetCpus()).isEqualTo("0");
            assertThat(ProcessCgroup.of(node.pid(id)).read("memory", "memory.limit_in_bytes", "memory.max"))
                    .isEqualTo("" + 64 * MIB);
        }
        Output nothing = CTL.attempt("update", one);
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.stderr()).contains("no limit is given; --help lists them");
    }
}

package io.crius.server.metrics;

import io.crius.server.explain.Leftover;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** All of the daemon's metrics as one text. Thread-safe. */
public final class DaemonMetrics {
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Path PROC = Path.of("/proc");

    /**
     * What is counted.
     *
     * @param lostEvents how many subscribers of events were too slow
     * @param brokenNetworks how many pods have a network that is not as it was made
     */
    public record Counts(
            Operations operations,
            ContainerCounts containers,
            PullCounts pulls,
            StallCounts stalls,
            LongSupplier lostEvents,
            LongSupplier brokenNetworks,
            Supplier<List<Leftover>> leftovers) {}

    private final Counts counts;
    private final String defaultRuntime;
    private final ChosenMetrics collectors;

    public DaemonMetrics(Counts counts, String defaultRuntime, ChosenMetrics collectors) {
        this.counts = counts;
        this.defaultRuntime = defaultRuntime;
        this.collectors = collectors;
    }

    /** Blocks: looks at all processes of the node, for the dead ones. */
    public String text() {
        var out = new Exposition(collectors);
        counts.operations().write(out);
        counts.containers().write(out);
        counts.pulls().write(out);
        counts.stalls().write(out);
        out.family("crio_containers_events_dropped_total", "counter", "Amount of container events dropped.");
        out.value("crio_containers_events_dropped_total", Map.of(), (double)
                counts.lostEvents().getAsLong());
        out.family("crio_default_runtime", "gauge", "Configured default runtime.");
        out.value("crio_default_runtime", Map.of("runtime", defaultRuntime), 1);
        if (out.family("crio_processes_defunct", "gauge", "Total number of defunct processes in the node")) {
            out.value("crio_processes_defunct", Map.of(), (double) defunct());
        }
        leftovers(out);
        out.family(
                "pods_network_broken",
                "gauge",
                "Pods whose network is not as the plugins made it, by the last CHECK of each.");
        out.value("pods_network_broken", Map.of(), (double)
                counts.brokenNetworks().getAsLong());
        process(out);
        return out.toString();
    }

    private void leftovers(Exposition out) {
        List<Leftover> all = counts.leftovers().get();
        out.family(
                "leftovers",
                "gauge",
                "What could not be given back yet (owed), cannot be understood (quarantined), or bears the daemon's names and is"
                        + " nobody's (orphan).");
        for (Leftover.Kind kind : Leftover.Kind.values()) {
            long count =
                    all.stream().filter(leftover -> leftover.kind() == kind).count();
            out.value("leftovers", Map.of("kind", kind.word()), (double) count);
        }
    }

    private static void process(Exposition out) {
        var started = ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND;
        out.common(
                "process_start_time_seconds",
                "gauge",
                "Start time of the process since unix epoch in seconds.",
                started);
        out.common(
                "process_cpu_seconds_total",
                "counter",
                "Total user and system CPU time spent in seconds.",
                ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .map(cpu -> cpu.toNanos())
                                .orElse(0L)
                        / NANOS_PER_SECOND);
        out.common("process_open_fds", "gauge", "Number of open file descriptors.", (double)
                count(PROC.resolve("self/fd")));
        out.common(
                "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", (double) residentBytes());
    }

    private static long count(Path folder) {
        long count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path _ : all) {
                count++;
            }
        } catch (IOException | DirectoryIteratorException _) {
            return count;
        }
        return count;
    }

    /** Kernel: proc_pid_status(5), {@code VmRSS:	  123456 kB}. */
    private static long residentBytes() {
        try {
            return Files.readString(PROC.resolve("self/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException _) {
            return 0;
        }
    }

    private static long defunct() {
        long dead = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path process : all) {
                dead += isDefunct(process) ? 1 : 0;
            }
        } catch (IOException | DirectoryIteratorException _) {
            return dead;
        }
        return dead;
    }

    /** Kernel: proc_pid_stat(5), the state follows the name, which is in parentheses and may hold some. */
    private static boolean isDefunct(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            return stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException _) {
            return false;
        }
    }
}

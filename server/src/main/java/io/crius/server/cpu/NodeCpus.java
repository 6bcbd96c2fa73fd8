package io.crius.server.cpu;

import io.crius.cgroup.CpuSet;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** The kernel's settings of single CPUs. Kernel: Documentation/ABI/testing/sysfs-devices-system-cpu. Thread-safe. */
public final class NodeCpus {
    private final Path folder;

    /** {@code folder} is {@code /sys/devices/system/cpu}. */
    public NodeCpus(Path folder) {
        this.folder = folder;
    }

    /** Where the longest time that a CPU may take to wake up is said. */
    Path latency(int cpu) {
        return folder.resolve("cpu" + cpu).resolve("power/pm_qos_resume_latency_us");
    }

    /**
     * Where the governor of a CPU's frequency is said.
     *
     * @throws CriusException.FailedPrecondition where the node has not got the one that is wanted
     */
    Path governor(int cpu, String wanted) {
        Path frequency = folder.resolve("cpu" + cpu).resolve("cpufreq");
        Path list = frequency.resolve("scaling_available_governors");
        String known = Files.exists(list) ? read(list) : "";
        if (Arrays.stream(known.split(" ")).noneMatch(wanted::equals)) {
            throw new CriusException.FailedPrecondition("the node has no CPU frequency governor " + wanted
                    + (known.isEmpty() ? ": it has none at all" : "; there are " + known));
        }
        return frequency.resolve("scaling_governor");
    }

    /** The CPU itself and those that are threads of the same core. */
    public CpuSet siblings(int cpu) {
        Path list = folder.resolve("cpu" + cpu).resolve("topology/thread_siblings_list");
        return Files.exists(list) ? CpuSet.parse(read(list)) : CpuSet.parse(Integer.toString(cpu));
    }

    static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CriusException.Failed("read " + file + ": " + e, e);
        }
    }

    /** Writes at once to a file that the kernel has. */
    static void write(Path file, String value) {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new CriusException.Failed("write " + value + " to " + file + ": " + e, e);
        }
    }
}

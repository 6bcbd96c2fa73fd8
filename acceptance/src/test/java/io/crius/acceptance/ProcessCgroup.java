package io.crius.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The cgroups of a process, read as anybody on the node can read them. */
record ProcessCgroup(List<String> lines) {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    static ProcessCgroup of(long pid) throws IOException {
        return new ProcessCgroup(Node.lines(Path.of("/proc/" + pid + "/cgroup")));
    }

    /** Whether the controller is in a hierarchy of the first version. */
    boolean isV1(String controller) {
        return Files.isDirectory(MOUNT.resolve(controller));
    }

    /** A file of the process's cgroup, by its name in the first or the second version. */
    Path file(String controller, String v1, String v2) {
        return isV1(controller)
                ? MOUNT.resolve(controller)
                        .resolve(path(":" + controller + ":"))
                        .resolve(v1)
                : MOUNT.resolve(path("0::")).resolve(v2);
    }

    /** A file of the second version, which a node with both has as well. */
    Path unified(String file) {
        Path mount = Files.isDirectory(MOUNT.resolve("unified")) ? MOUNT.resolve("unified") : MOUNT;
        return mount.resolve(path("0::")).resolve(file);
    }

    String read(String controller, String v1, String v2) throws IOException {
        return Files.readString(file(controller, v1, v2)).strip();
    }

    /** The number after a key in a file of such lines. */
    long value(String controller, String v1, String v2, String key) throws IOException {
        return read(controller, v1, v2)
                .lines()
                .filter(line -> line.startsWith(key + " "))
                .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** The share of a processor that it gets beside others, as the CRI and the first version count it. */
    long cpuShares() throws IOException {
        // Compat: OCI runtimes before 2025 spread 2 to 262144 evenly over 1 to 10000, which loses what is below 26.
        return isV1("cpu")
                ? Long.parseLong(read("cpu", "cpu.shares", ""))
                : 2 + (Long.parseLong(read("cpu", "", "cpu.weight")) - 1) * 262_142 / 9_999;
    }

    /** Microseconds of a processor in each period, and the period. */
    String cpuQuota() throws IOException {
        return isV1("cpu")
                ? read("cpu", "cpu.cfs_quota_us", "") + " " + read("cpu", "cpu.cfs_period_us", "")
                : read("cpu", "", "cpu.max");
    }

    /** From the root of the hierarchy that has the controller. */
    String pathOf(String controller) {
        return "/" + (isV1(controller) ? path(":" + controller + ":") : path("0::"));
    }

    private String path(String mark) {
        return lines.stream()
                .filter(line -> line.contains(mark))
                .map(line -> line.substring(line.lastIndexOf(':') + 2))
                .findFirst()
                .orElseThrow();
    }
}

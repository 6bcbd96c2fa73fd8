package io.crius.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory of processes as the kernel counts it: pages that several share are divided among them. */
final class Memory {
    private Memory() {}

    /** PSS in megabytes; 0 for a process that has ended. */
    static double pss(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
                if (line.startsWith("Pss:")) {
                    return Double.parseDouble(line.split("\\s+")[1]) / 1024;
                }
            }
            return 0;
        } catch (IOException _) {
            return 0;
        }
    }

    static double pss(List<Long> pids) {
        return pids.stream().mapToDouble(Memory::pss).sum();
    }
}

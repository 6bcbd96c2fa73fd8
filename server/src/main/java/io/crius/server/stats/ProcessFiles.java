package io.crius.server.stats;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Counts of the processes of a container, by /proc. Stateless; a process that ends meanwhile counts in part. */
final class ProcessFiles {
    private static final String OPEN_FILES = "Max open files";

    private final Path processes;

    /** {@code processes} is {@code /proc}. */
    ProcessFiles(Path processes) {
        this.processes = processes;
    }

    ProcessCounts count(List<Long> pids, long first) {
        long files = 0;
        long sockets = 0;
        for (long pid : pids) {
            long[] both = descriptors(pid);
            files += both[0];
            sockets += both[1];
        }
        return new ProcessCounts(pids.size(), files, sockets, softOpenFiles(first));
    }

    private long[] descriptors(long pid) {
        long[] both = new long[2];
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder(pid).resolve("fd"))) {
            for (Path descriptor : all) {
                both[0]++;
                both[1] += isSocket(descriptor) ? 1 : 0;
            }
        } catch (IOException | DirectoryIteratorException _) {
            return both;
        }
        return both;
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException _) {
            return false;
        }
    }

    /** {@code Max open files            1024                 524288               files}; "unlimited" is 0. */
    private long softOpenFiles(long pid) {
        try {
            return Files.readString(folder(pid).resolve("limits"))
                    .lines()
                    .filter(line -> line.startsWith(OPEN_FILES))
                    .map(line -> line.substring(OPEN_FILES.length()).strip().split("\\s+")[0])
                    .filter(soft -> soft.chars().allMatch(Character::isDigit))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException _) {
            return 0;
        }
    }

    private Path folder(long pid) {
        return processes.resolve(Long.toString(pid));
    }
}

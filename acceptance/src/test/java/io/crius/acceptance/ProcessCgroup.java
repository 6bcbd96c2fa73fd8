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

    private String path(String mark) {
        return lines.stream()
                .filter(line -> line.contains(mark))
                .map(line -> line.substring(line.lastIndexOf(':') + 2))
                .findFirst()
                .orElseThrow();
    }
}

package io.crius.acceptance.node;

import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What belongs to a node because it carries the name of the node's folder: mounts below it, processes told of it.
 *
 * @param folder the folder
 * @param run what is {@code /run} on a node: a folder in memory, below the other one
 */
record OwnedByFolder(Path folder, Path run) {
    /**
     * Makes both folders.
     *
     * <p>Kernel: the upper layer of an overlay cannot be on an overlay itself, which the root of a container often is; a
     * tmpfs is mounted there then.
     */
    static OwnedByFolder create(Path folder, Path run) throws IOException, InterruptedException {
        Files.createDirectory(folder);
        if (Files.getFileStore(folder).type().equals("overlay")) {
            mountMemory("0700", folder);
        }
        Files.createDirectories(run);
        mountMemory("0755", run);
        return new OwnedByFolder(folder, run);
    }

    private static void mountMemory(String mode, Path point) throws IOException, InterruptedException {
        Command.run("mount", "-t", "tmpfs", "-o", "mode=" + mode, "crius-test", point.toString());
    }

    /** Mount points below the folder, the latest first. */
    List<Path> mounts() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            Path point = Path.of(line.split(" ")[4].replace("\\040", " "));
            if (point.startsWith(folder)) {
                found.add(point);
            }
        }
        return found.reversed();
    }

    /** Processes whose command line names the folder. */
    List<Long> processes() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(p -> p.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .filter(pid -> commandLine(pid).contains(folder.toString()))
                    .map(Long::valueOf)
                    .toList();
        }
    }

    private static String commandLine(String pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", pid, "cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ');
        } catch (IOException _) {
            return "";
        }
    }

    List<String> leftovers() throws IOException {
        List<String> found = new ArrayList<>();
        mounts().stream()
                .filter(point -> !point.equals(folder) && !point.equals(run))
                .forEach(point -> found.add("mount " + point));
        processes().forEach(pid -> found.add("process " + pid + ": " + commandLine(Long.toString(pid))));
        return found;
    }

    /** Ends the processes, takes the mounts away and deletes the folder. */
    void remove() throws IOException, InterruptedException {
        for (long pid : processes()) {
            var _ = Command.attempt(List.of("kill", "-KILL", Long.toString(pid)));
        }
        for (Path point : mounts()) {
            var _ = Command.attempt(List.of("umount", "--lazy", "--no-canonicalize", point.toString()));
        }
        if (!mounts().isEmpty()) {
            throw new IOException("not deleting " + folder + ": something is still mounted below it: " + mounts());
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

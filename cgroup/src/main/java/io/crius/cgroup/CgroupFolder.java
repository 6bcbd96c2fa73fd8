package io.crius.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One cgroup in one hierarchy. */
record CgroupFolder(Path folder) {
    private static final String PROCS = "cgroup.procs";

    boolean exists() {
        return Files.isDirectory(folder);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Child cgroups; none if the cgroup itself is gone. */
    List<CgroupFolder> children() throws IOException {
        var children = new ArrayList<CgroupFolder>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            entries.forEach(entry -> children.add(new CgroupFolder(entry)));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }

    /** Removes everything below, then the cgroup. Kernel: the files of a cgroup vanish with it. */
    void removeAll(BusyRetry retry) throws IOException {
        for (CgroupFolder child : children()) {
            child.removeAll(retry);
        }
        retry.run(() -> Files.deleteIfExists(folder));
    }

    /** The processes of the cgroup and of all below it. */
    Set<Long> processes() throws IOException {
        var processes = new TreeSet<Long>();
        CgroupFiles.read(file(PROCS)).ifPresent(text -> processes.addAll(pids(text)));
        for (CgroupFolder child : children()) {
            processes.addAll(child.processes());
        }
        return processes;
    }

    /** Kernel: a process of another PID namespace is shown as 0. */
    private static List<Long> pids(String text) {
        return text.lines().map(CgroupText::number).filter(pid -> pid > 0).toList();
    }

    void add(long pid) throws IOException {
        CgroupFiles.write(file(PROCS), Long.toString(pid));
    }
}

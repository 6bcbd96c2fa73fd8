package io.crius.runtime.process;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.ProcessStat;
import io.crius.linux.Processes;
import io.crius.runtime.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** Processes of the node by their identity. Thread-safe; no call blocks. */
public final class NodeProcesses {
    private static final String DELETED = " (deleted)";

    private final Processes processes;

    public NodeProcesses(Processes processes) {
        this.processes = processes;
    }

    /** Who has this number now, also where it is dead and not collected yet. */
    public Optional<ProcessIdentity> identify(long pid) {
        return processes.stat(pid).map(stat -> new ProcessIdentity(pid, stat.startTicks()));
    }

    /** Whether the process exists and is not merely waiting to be collected. */
    public boolean isAlive(ProcessIdentity process) {
        return stat(process).filter(stat -> !stat.isDead()).isPresent();
    }

    /** A descriptor of exactly this process; empty when it is gone. One that is dead but not collected still has one. */
    public Optional<Fd> open(ProcessIdentity process) throws ErrnoException {
        Fd pidfd;
        try {
            pidfd = processes.pidfd(process.pid());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ESRCH) {
                return Optional.empty();
            }
            throw e;
        }
        // The number may have been given to another process before the descriptor was opened; afterwards it cannot be.
        boolean same = false;
        try {
            same = stat(process).isPresent();
            return same ? Optional.of(pidfd) : Optional.empty();
        } finally {
            if (!same) {
                pidfd.close();
            }
        }
    }

    /**
     * Signals exactly this process.
     *
     * @return false when it has ended
     */
    public boolean signal(ProcessIdentity process, int signal) throws ErrnoException {
        Optional<Fd> opened = open(process);
        if (opened.isEmpty()) {
            return false;
        }
        try (Fd pidfd = opened.get()) {
            if (!isAlive(process)) {
                return false;
            }
            processes.signal(pidfd, signal);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    /** What the kernel says of the process, where it exists. */
    public Optional<ProcessStat> stat(ProcessIdentity process) {
        return processes.stat(process.pid()).filter(stat -> stat.startTicks() == process.startTicks());
    }

    /** The arguments, separated by NUL; empty when the process has ended. */
    public String commandLine(ProcessIdentity process) {
        try {
            String line = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
            return stat(process).isPresent() ? line : "";
        } catch (IOException _) {
            return "";
        }
    }

    /** Living processes of the program that have the argument. Reads all of {@code /proc}: for rare occasions. */
    public List<ProcessIdentity> running(Path program, String argument) throws IOException {
        return living((process, _) -> runs(process, program, argument));
    }

    /** Living processes of the session. Reads all of {@code /proc}: for rare occasions. */
    public List<ProcessIdentity> inSession(long session) throws IOException {
        return living((_, stat) -> stat.session() == session);
    }

    /** All living processes. Reads all of {@code /proc}: for rare occasions. */
    public List<ProcessIdentity> all() throws IOException {
        return living((_, _) -> true);
    }

    /**
     * The living processes that use something of each of the folders: those beside this one that name it in their arguments, and
     * those with mounts of their own that show a part of it. There the folders are told by their last names alone, which nothing
     * else may bear. Reads all of {@code /proc}: for rare occasions.
     */
    public Map<Path, List<ProcessIdentity>> usersOf(Collection<Path> folders) throws IOException {
        var users = new HashMap<Path, List<ProcessIdentity>>();
        for (ProcessIdentity process : all()) {
            List<String> words = named(process);
            for (Path folder : folders) {
                String name = "/" + folder.getFileName();
                if (words.stream().anyMatch(word -> word.endsWith(name) || word.contains(name + "/"))) {
                    users.computeIfAbsent(folder, _ -> new ArrayList<>()).add(process);
                }
            }
        }
        return users;
    }

    /** Kernel: proc(5), the fourth word of a line of mountinfo is the part of its file system that a mount shows. */
    private List<String> named(ProcessIdentity process) {
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        try {
            return sharesNamespace(folder, "mnt")
                    ? arguments(process)
                    : Files.readAllLines(folder.resolve("mountinfo"), StandardCharsets.ISO_8859_1).stream()
                            .map(line -> line.split(" ")[3])
                            .toList();
        } catch (AccessDeniedException _) {
            // Not even CAP_SYS_PTRACE opens all: of those the arguments are all there is to go by.
            return arguments(process);
        } catch (IOException _) {
            // It has ended, or is a thread of the kernel's.
            return List.of();
        }
    }

    private List<ProcessIdentity> living(BiPredicate<ProcessIdentity, ProcessStat> wanted) throws IOException {
        var found = new ArrayList<ProcessIdentity>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path folder : all) {
                long pid = Long.parseLong(folder.getFileName().toString());
                Optional<ProcessStat> stat = processes.stat(pid).filter(state -> !state.isDead());
                stat.map(state -> new ProcessIdentity(pid, state.startTicks()))
                        .filter(process -> wanted.test(process, stat.get()))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    /** Its program's arguments with the program itself; one empty one when it has ended. */
    public List<String> arguments(ProcessIdentity process) {
        return List.of(commandLine(process).split("\0"));
    }

    /**
     * Whether the process runs this very program, in the mount and PID namespaces of this one: its arguments anybody may choose,
     * and a path is another file elsewhere. A program that was replaced meanwhile, by an upgrade, counts as well.
     */
    public boolean runsHere(ProcessIdentity process, Set<Path> programs) {
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        try {
            return sharesNamespace(folder, "mnt")
                    && sharesNamespace(folder, "pid")
                    && isAnyOf(folder.resolve("exe"), programs)
                    && stat(process).isPresent();
        } catch (IOException _) {
            // It has ended, or is a thread of the kernel's.
            return false;
        }
    }

    private static boolean sharesNamespace(Path folder, String kind) throws IOException {
        return Files.readSymbolicLink(folder.resolve("ns/" + kind))
                .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)));
    }

    /** Kernel: proc(5), the link tells the path, with a word behind it where the file is gone from there, and leads to the file. */
    private static boolean isAnyOf(Path link, Set<Path> programs) throws IOException {
        String path = Files.readSymbolicLink(link).toString();
        String named = path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
        for (Path program : programs) {
            if (named.equals(program.toString()) || (Files.exists(program) && Files.isSameFile(link, program))) {
                return true;
            }
        }
        return false;
    }

    private boolean runs(ProcessIdentity process, Path program, String argument) {
        List<String> arguments = arguments(process);
        // Of a script the kernel puts the interpreter first.
        return arguments.stream().limit(2).anyMatch(program.toString()::equals) && arguments.contains(argument);
    }
}

package io.crius.server.container;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How much the kernel likes to kill the processes of a container when memory is short. */
final class OomScores {
    private static final System.Logger LOG = System.getLogger(OomScores.class.getName());

    private final Path processes;
    private final int least;

    /**
     * @param processes {@code /proc}
     * @param least Kernel: proc_pid_oom_score_adj(5), without CAP_SYS_RESOURCE nobody goes below his own
     */
    OomScores(Path processes, int least) {
        this.processes = processes;
        this.least = least;
    }

    /**
     * Gives the container's first process, and those of the others that have the same score as it, a new one: a process
     * that chose a score of its own keeps it. One that ended meanwhile is left out.
     */
    void set(long first, List<Long> all, long wanted) {
        long score = Math.max(wanted, least);
        if (score != wanted) {
            LOG.log(
                    WARNING,
                    () -> "oom_score_adj " + wanted + " is less than the daemon may give without CAP_SYS_RESOURCE; the"
                            + " processes get " + score);
        }
        Optional<String> before = read(first);
        before.ifPresent(_ -> write(first, score));
        all.stream().filter(pid -> pid != first && read(pid).equals(before)).forEach(pid -> write(pid, score));
    }

    private Optional<String> read(long pid) {
        try {
            return Optional.of(Files.readString(file(pid)).strip());
        } catch (IOException _) {
            // Kernel: reading of a process that is gone fails with ENOENT or ESRCH.
            return Optional.empty();
        }
    }

    private void write(long pid, long score) {
        try {
            Files.writeString(file(pid), Long.toString(score));
        } catch (NoSuchFileException _) {
            return;
        } catch (IOException e) {
            if (Files.exists(file(pid))) {
                throw new CriusException.Failed(
                        "write " + score + " to " + file(pid) + ": " + e.getMessage() + "; memory and CPU limits are"
                                + " changed already",
                        e);
            }
        }
    }

    private Path file(long pid) {
        return processes.resolve(Long.toString(pid)).resolve("oom_score_adj");
    }
}

package io.crius.daemon;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.config.CriusTable;
import io.crius.model.Deadline;
import io.crius.server.job.Admission;
import io.crius.server.job.CreationJobs;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.Pod;
import io.crius.server.state.PodRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The creations of pods and of containers. Each have a line of their own, so that containers do not wait for all pods. */
record Creations(CreationJobs<PodRequest, Pod> pods, CreationJobs<ContainerRequest, Container> containers)
        implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Creations.class.getName());

    /** Most of a creation is waiting: for the disk, for programs. */
    private static final int FOR_EACH_PROCESSOR = 8;

    private static final int AT_LEAST = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PATIENCE_FOR_STOPPED = Duration.ofSeconds(2);

    /** {@code joined} hears of each request that joins a running job, with the name of its stage. */
    static Creations of(CriusTable table, Consumer<String> joined) {
        int atOnce = table.creationsAtOnce() > 0
                ? table.creationsAtOnce()
                : Math.max(AT_LEAST, FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors());
        return new Creations(
                new CreationJobs<>("pod", new Admission(atOnce, table.creationsInLine()), joined),
                new CreationJobs<>("container", new Admission(atOnce, table.creationsInLine()), joined));
    }

    /** All that run or wait in line. */
    List<CreationJobs.Running> all() {
        return Stream.concat(pods.all().stream(), containers.all().stream()).toList();
    }

    /** Those that are near their end come to it; what hangs is ended and gives back what it made, or the next start does that. */
    @Override
    public void close() {
        if (settle(PATIENCE) == 0) {
            return;
        }
        pods.stop("the daemon is ending");
        containers.stop("the daemon is ending");
        int left = settle(PATIENCE_FOR_STOPPED);
        if (left > 0) {
            LOG.log(
                    WARNING,
                    () -> left + " creations are still under way; what they made is given back at the next start");
        }
    }

    private int settle(Duration patience) {
        Deadline deadline = Deadline.after(patience);
        return containers.settle(deadline) + pods.settle(deadline);
    }
}

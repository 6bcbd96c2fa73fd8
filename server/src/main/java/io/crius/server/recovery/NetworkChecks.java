package io.crius.server.recovery;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Ticker;
import io.crius.server.sandbox.PodNetwork;
import io.crius.server.state.Pod;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks the plugins of pods that are ready whether their network still is as they made it: CNI's CHECK. What they find is told,
 * by the log, the verbose status, explanations and a metric; it ends no pod.
 *
 * <p>One thread, a while after the start and then every hour; while something is broken, every five minutes, so that it is not told
 * for long after it was repaired. One pod after the other, each with a limit, so a plugin that hangs costs the others time and
 * nothing else.
 */
public final class NetworkChecks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NetworkChecks.class.getName());

    /** After the start there are better things to do. */
    private static final Duration FIRST = Duration.ofSeconds(10);

    private static final Duration USUAL = Duration.ofHours(1);
    private static final Duration WHILE_BROKEN = Duration.ofMinutes(5);

    /** A pod is not detached while it is checked, so a stop may have to wait so long. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Registry registry;
    private final PodNetwork network;
    private final Ticker clock;
    private final Rounds rounds;

    public NetworkChecks(Registry registry, PodNetwork network, Ticker clock) {
        this.registry = registry;
        this.network = network;
        this.clock = clock;
        this.rounds = new Rounds("network-checks", FIRST, () -> check() ? USUAL : WHILE_BROKEN, clock);
    }

    public void start() {
        rounds.start();
    }

    @Override
    public void close() {
        rounds.close();
    }

    /** Checks every pod once; true when all networks are as they were made. */
    boolean check() {
        boolean whole = true;
        List<Pod> pods = registry.pods().filter(NetworkChecks::isToBeChecked).toList();
        for (Pod pod : pods) {
            if (!Thread.currentThread().isInterrupted()) {
                whole &= isWhole(pod);
            }
        }
        return whole;
    }

    /** A pod that is being stopped is given back anyway. */
    private static boolean isToBeChecked(Pod pod) {
        return pod.isOpen();
    }

    private boolean isWhole(Pod pod) {
        Optional<String> problem = problem(pod);
        if (!isToBeChecked(pod)) {
            // What was found may be what the stop has done.
            return true;
        }
        Optional<String> before = pod.networkChecked(problem);
        if (problem.isPresent() && before.isEmpty()) {
            LOG.log(
                    WARNING,
                    () -> "the network of pod " + pod.definition().name() + " is not as it was made: " + problem.get());
        } else if (problem.isEmpty() && before.isPresent()) {
            LOG.log(INFO, () -> "the network of pod " + pod.definition().name() + " is as it was made again");
        }
        return problem.isEmpty();
    }

    /** What was found before counts where nothing was found: the daemon is ending, or the plugin did not come to an end. */
    private Optional<String> problem(Pod pod) {
        try {
            network.check(pod.definition(), Deadline.after(LIMIT, clock));
            return Optional.empty();
        } catch (CriusException.Cancelled _) {
            return pod.networkProblem();
        } catch (CriusException.DeadlineExceeded | CriusException.Unavailable e) {
            LOG.log(
                    INFO,
                    () -> "the network of pod " + pod.definition().name() + " could not be checked: " + e.getMessage());
            return pod.networkProblem();
        } catch (RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}

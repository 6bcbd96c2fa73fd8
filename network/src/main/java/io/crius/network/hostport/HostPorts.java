package io.crius.network.hostport;

import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which ports of the node are whose, and that they lead there. Thread-safe.
 *
 * <p>A pod claims its ports first, so that no other can have them; they lead to it when they are opened.
 */
public final class HostPorts {
    private final KernelRules rules;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    /** All that is claimed, in the order of the claims; guarded by {@link #lock}. */
    private final Map<PodId, PodPorts> claimed = new LinkedHashMap<>();

    /** Pods whose ports were closed, and whose flows are to be forgotten when the kernel leads there no more; guarded by {@link #writing}. */
    private final List<PodPorts> ended = new ArrayList<>();

    /** Whether the kernel may have something else than it should, because it could not be told; guarded by {@link #writing}. */
    private boolean stale;

    public HostPorts(KernelRules rules) {
        this.rules = rules;
    }

    /**
     * On this node.
     *
     * @param name of the table and the chains, which no other program uses: at most 22 characters
     */
    public static HostPorts onNode(String name) {
        return new HostPorts(new ChosenRules(name, Program.REAL));
    }

    /**
     * Keeps the ports for the pod. Idempotent.
     *
     * @throws CriusException.FailedPrecondition where another pod has one of them, naming it
     */
    public void claim(PodPorts pod) {
        lock.lock();
        try {
            for (PodPorts other : claimed.values()) {
                if (!other.pod().equals(pod.pod())) {
                    refuseCollision(pod, other);
                }
            }
            claimed.putIfAbsent(pod.pod(), pod.at(List.of()));
        } finally {
            lock.unlock();
        }
    }

    private static void refuseCollision(PodPorts pod, PodPorts other) {
        for (HostPort wanted : pod.ports()) {
            Optional<HostPort> taken =
                    other.ports().stream().filter(wanted::collidesWith).findFirst();
            if (taken.isPresent()) {
                throw new CriusException.FailedPrecondition("pod " + pod.name() + " asks for " + wanted
                        + " of the node, which pod " + other.name() + " ("
                        + other.pod().abbreviated() + ") has: "
                        + taken.get());
            }
        }
    }

    /** Lets the pod's ports lead to its addresses. Repeating it changes nothing. Blocks. */
    public void open(PodPorts pod) {
        lock.lock();
        try {
            claimed.put(pod.pod(), pod);
        } finally {
            lock.unlock();
        }
        writeIf(true, List.of());
        rules.forgetFlows(pod);
    }

    /** Frees the ports. Idempotent. Where the kernel cannot be told they are free all the same, and a repetition tells it. */
    public void close(PodId pod) {
        Optional<PodPorts> led;
        lock.lock();
        try {
            led = Optional.ofNullable(claimed.remove(pod))
                    .filter(ports -> !ports.ips().isEmpty());
        } finally {
            lock.unlock();
        }
        writeIf(led.isPresent(), led.stream().toList());
    }

    /** Takes over what an earlier daemon had; what it had besides leads nowhere from now on. Blocks. */
    public void restore(Collection<PodPorts> pods) {
        lock.lock();
        try {
            pods.forEach(pod -> claimed.put(pod.pod(), pod));
        } finally {
            lock.unlock();
        }
        writeAgain(true);
    }

    /** Writes again what should be in the kernel, which somebody may have thrown away. Blocks. */
    public void refresh() {
        writeAgain(!open().isEmpty());
    }

    /** Flows that began while the rules were gone lead past their pods. */
    private void writeAgain(boolean needed) {
        List<PodPorts> flowing = open().stream().filter(PodPorts::hasFlows).toList();
        boolean gone = !flowing.isEmpty() && !rules.areThere(flowing);
        writeIf(needed, List.of());
        if (gone) {
            flowing.forEach(rules::forgetFlows);
        }
    }

    /** Flows are forgotten without the lock: conntrack may take long, and other pods' ports need not wait for it. */
    private void writeIf(boolean changed, List<PodPorts> closed) {
        leadNoMore(changed, closed).forEach(rules::forgetEnded);
    }

    /** Writes where that is needed. The pods to which, since the last time, nothing leads any more. */
    private List<PodPorts> leadNoMore(boolean changed, List<PodPorts> closed) {
        writing.lock();
        try {
            ended.addAll(closed);
            if (!changed && !stale) {
                return List.of();
            }
            stale = true;
            rules.write(open());
            stale = false;
            List<PodPorts> over = List.copyOf(ended);
            ended.clear();
            return over;
        } finally {
            writing.unlock();
        }
    }

    private List<PodPorts> open() {
        lock.lock();
        try {
            return claimed.values().stream().filter(pod -> !pod.ips().isEmpty()).toList();
        } finally {
            lock.unlock();
        }
    }
}

package io.crius.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A process of {@link FakeProcesses}. Thread-safe by its monitor. */
public final class FakeProcess {
    private static final int SIGKILL = 9;
    private static final Set<Integer> HARMLESS = Set.of(0, 17, 18, 23, 28);

    private final FakeProcesses owner;
    private final long pid;
    private final long group;
    private final SpawnRequest request;
    private final boolean child;
    private final Map<Integer, Fd> descriptors = new HashMap<>();
    private final List<Runnable> watchers = new ArrayList<>();
    private final List<Integer> signals = new ArrayList<>();
    private long parent;
    private @Nullable ExitStatus status;
    private @Nullable IntConsumer handler;

    FakeProcess(FakeProcesses owner, long pid, long parent, long group, SpawnRequest request, boolean child)
            throws ErrnoException {
        this.owner = owner;
        this.pid = pid;
        this.parent = parent;
        this.group = group;
        this.request = request;
        this.child = child;
        Descriptors real = Linux.real().descriptors();
        for (var descriptor : request.descriptors().entrySet()) {
            descriptors.put(descriptor.getKey(), real.duplicate(descriptor.getValue()));
        }
    }

    void start(FakeProcesses.Program program) {
        Thread.ofVirtual().name("fake-" + request.argv().getFirst()).start(() -> {
            try {
                program.run(this);
            } catch (Exception e) {
                end(ExitStatus.signaled(6));
                throw new AssertionError("fake program " + request.argv(), e);
            }
        });
    }

    public long pid() {
        return pid;
    }

    public SpawnRequest request() {
        return request;
    }

    /** One of the descriptors it was started with, by its number there; closed when the process ends. */
    public synchronized Fd descriptor(int number) {
        Fd descriptor = descriptors.get(number);
        if (descriptor == null) {
            throw new AssertionError(this + " has no descriptor " + number);
        }
        return descriptor;
    }

    /** From now on the process handles signals, all but SIGKILL, instead of ending. */
    public synchronized void onSignal(IntConsumer handles) {
        handler = handles;
    }

    /** The signals it got, in order. */
    public synchronized List<Integer> signals() {
        return List.copyOf(signals);
    }

    public void exit(int code) {
        end(ExitStatus.exited(code));
    }

    void end(ExitStatus how) {
        List<Runnable> told;
        synchronized (this) {
            if (status != null) {
                return;
            }
            status = how;
            descriptors.values().forEach(Fd::close);
            told = List.copyOf(watchers);
            watchers.clear();
        }
        owner.ended(this);
        told.forEach(Runnable::run);
    }

    void receive(int signal) {
        IntConsumer handles;
        synchronized (this) {
            if (status != null) {
                return;
            }
            signals.add(signal);
            handles = handler;
        }
        if (signal == SIGKILL || (handles == null && !HARMLESS.contains(signal))) {
            end(ExitStatus.signaled(signal));
        } else if (handles != null && signal != 0) {
            handles.accept(signal);
        }
    }

    Subscription onExit(Runnable action) {
        synchronized (this) {
            if (status == null) {
                watchers.add(action);
                return () -> withdraw(action);
            }
        }
        action.run();
        return () -> {};
    }

    private synchronized void withdraw(Runnable action) {
        watchers.remove(action);
    }

    synchronized void forgetWatchers() {
        watchers.clear();
    }

    synchronized void adoptedBy(long newParent) {
        parent = newParent;
    }

    synchronized long parent() {
        return parent;
    }

    long group() {
        return group;
    }

    boolean isChild() {
        return child;
    }

    boolean isCollected() {
        return !owner.isKnown(this);
    }

    public synchronized Optional<ExitStatus> status() {
        return Optional.ofNullable(status);
    }

    synchronized ProcessStat stat() {
        return new ProcessStat(status == null ? 'S' : 'Z', parent, group, group, pid);
    }

    @Override
    public synchronized String toString() {
        return pid + " " + request.argv() + (status == null ? "" : " (ended, " + status + ")");
    }
}

package io.crius.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Processes in memory. A program is what the test says it is; one that the test does not know is not there. Stricter than Linux:
 * numbers are never used again, so a signal to a process that was collected is always ESRCH. Thread-safe by its monitor;
 * programs run on virtual threads of their own, without it.
 */
public final class FakeProcesses implements Processes {
    /** What a program does. It may return without having ended its process, which runs on until it is ended or killed. */
    @FunctionalInterface
    public interface Program {
        void run(FakeProcess process) throws Exception;
    }

    private static final long SELF = 1000;

    private final FakeCalls calls;
    private final Map<String, Program> programs = new HashMap<>();
    private final Map<Long, FakeProcess> processes = new LinkedHashMap<>();
    private final Map<Integer, FakeProcess> opened = new HashMap<>();
    private long lastPid = SELF;
    private int lastDescriptor = 1 << 20;
    private boolean subreaper;

    FakeProcesses(FakeCalls calls) {
        this.calls = calls;
    }

    /** From now on there is a program at this path. */
    public synchronized void program(String path, Program program) {
        programs.put(path, program);
    }

    @Override
    public Child spawn(SpawnRequest request) throws ErrnoException {
        FakeProcess process;
        Program program;
        synchronized (this) {
            String path = request.argv().getFirst();
            String call = "posix_spawn(" + path + ")";
            calls.begin(call);
            program = programs.get(path);
            if (program == null) {
                throw new ErrnoException(call, Errno.ENOENT);
            }
            process = add(SELF, request, true);
        }
        process.start(program);
        return new FakeChild(this, process, pidfd(process.pid()));
    }

    private synchronized FakeProcess add(long parent, SpawnRequest request, boolean child) throws ErrnoException {
        long pid = ++lastPid;
        FakeProcess above = processes.get(parent);
        long group = switch (request.leadership()) {
            case NEW_SESSION, NEW_GROUP -> pid;
            case SAME_SESSION -> above == null ? SELF : above.group();
        };
        var process = new FakeProcess(this, pid, parent, group, request, child);
        processes.put(pid, process);
        return process;
    }

    /** A process of a process: it is adopted when that one ends, where this process is a subreaper. */
    public FakeProcess fork(FakeProcess parent, SpawnRequest request) throws ErrnoException {
        return add(parent.pid(), request, false);
    }

    /** A process that is not ours: conmon of an earlier daemon, say. */
    public FakeProcess foreign(SpawnRequest request) throws ErrnoException {
        return add(1, request, false);
    }

    @Override
    public synchronized Fd pidfd(long pid) throws ErrnoException {
        FakeProcess process = processes.get(pid);
        if (process == null) {
            throw new ErrnoException("pidfd_open(" + pid + ")", Errno.ESRCH);
        }
        // Not a descriptor of the process: closing it fails in the kernel, which nobody is told.
        int number = ++lastDescriptor;
        opened.put(number, process);
        return new Fd(number);
    }

    @Override
    public void signal(Fd pidfd, int signal) throws ErrnoException {
        FakeProcess process = of(pidfd);
        String call = "pidfd_send_signal(" + process.pid() + ", " + signal + ")";
        calls.begin(call);
        if (process.isCollected()) {
            throw new ErrnoException(call, Errno.ESRCH);
        }
        process.receive(signal);
    }

    @Override
    public void kill(long pid, int signal) throws ErrnoException {
        String call = "kill(" + pid + ", " + signal + ")";
        calls.begin(call);
        List<FakeProcess> meant;
        synchronized (this) {
            meant = processes.values().stream()
                    .filter(process -> pid < 0 ? process.group() == -pid : process.pid() == pid)
                    .toList();
        }
        if (meant.isEmpty()) {
            throw new ErrnoException(call, Errno.ESRCH);
        }
        meant.forEach(process -> process.receive(signal));
    }

    @Override
    public synchronized Optional<ProcessStat> stat(long pid) {
        return Optional.ofNullable(processes.get(pid)).map(FakeProcess::stat);
    }

    @Override
    public synchronized void becomeSubreaper() {
        subreaper = true;
    }

    @Override
    public Subscription onExit(Fd pidfd, Runnable action) throws ErrnoException {
        return of(pidfd).onExit(() -> Thread.startVirtualThread(action));
    }

    @Override
    public Optional<ExitStatus> collect(Fd pidfd) throws ErrnoException {
        return collect(of(pidfd));
    }

    synchronized Optional<ExitStatus> collect(FakeProcess process) {
        boolean ours = process.parent() == SELF && processes.get(process.pid()) == process;
        Optional<ExitStatus> status = ours ? process.status() : Optional.empty();
        if (status.isPresent()) {
            processes.remove(process.pid());
        }
        return status;
    }

    @Override
    public synchronized Set<Long> exitedOrphans() {
        var orphans = new HashSet<Long>();
        for (FakeProcess process : processes.values()) {
            if (process.parent() == SELF
                    && !process.isChild()
                    && process.status().isPresent()) {
                orphans.add(process.pid());
            }
        }
        return orphans;
    }

    /** The process ended: its children go to this one, or to process 1, which collects at once what has ended. */
    synchronized void ended(FakeProcess parent) {
        for (FakeProcess process : List.copyOf(processes.values())) {
            if (process.parent() == parent.pid()) {
                process.adoptedBy(subreaper ? SELF : 1);
            }
            if (process.parent() == 1 && process.status().isPresent()) {
                processes.remove(process.pid());
            }
        }
    }

    synchronized boolean isKnown(FakeProcess process) {
        return processes.get(process.pid()) == process;
    }

    /** The process that opened descriptors and subscribed to ends is gone, and with it what it had asked for. */
    public synchronized void forgetDescriptors() {
        opened.clear();
        processes.values().forEach(FakeProcess::forgetWatchers);
    }

    /** All that run or were not collected. */
    public synchronized List<FakeProcess> all() {
        return List.copyOf(processes.values());
    }

    synchronized List<String> leftovers() {
        var left = new ArrayList<String>();
        for (FakeProcess process : processes.values()) {
            if (process.parent() != 1) {
                left.add("process " + process);
            }
        }
        return left;
    }

    private synchronized FakeProcess of(Fd pidfd) throws ErrnoException {
        FakeProcess process = opened.get(pidfd.number());
        if (process == null) {
            throw new ErrnoException("pidfd " + pidfd.number(), Errno.EBADF);
        }
        return process;
    }
}

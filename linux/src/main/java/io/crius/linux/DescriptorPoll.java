package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.Pollfd;
import io.crius.linux.abi.Structs.Timespec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits for descriptors without holding a thread of the kernel: it asks, and where nothing is ready parks the caller. */
final class DescriptorPoll {
    private static final int SIGSET_SIZE = 8;
    private static final Duration LONGEST = Duration.ofDays(36500);

    private final Readiness readiness;

    DescriptorPoll(Readiness readiness) {
        this.readiness = readiness;
    }

    /** Those that are ready before the time is over. */
    List<Fd> await(List<Fd> descriptors, int events, Duration limit) throws IOException {
        List<Fd> ready = now(descriptors, events);
        if (!ready.isEmpty() || limit.isZero() || limit.isNegative()) {
            return ready;
        }
        long end = System.nanoTime() + (limit.compareTo(LONGEST) > 0 ? LONGEST : limit).toNanos();
        var woken = new Semaphore(0);
        while (ready.isEmpty()) {
            if (!park(descriptors, events, woken, end - System.nanoTime())) {
                return now(descriptors, events);
            }
            ready = now(descriptors, events);
        }
        return ready;
    }

    private boolean park(List<Fd> descriptors, int events, Semaphore woken, long nanos) throws IOException {
        var subscriptions = new ArrayList<Subscription>();
        try {
            for (Fd fd : descriptors) {
                subscriptions.add(readiness.add(fd, events, woken::release));
            }
            return woken.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting for " + descriptors);
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            subscriptions.forEach(Subscription::close);
        }
    }

    private static List<Fd> now(List<Fd> descriptors, int events) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment fds = scratch.struct((long) Pollfd.SIZE * descriptors.size());
            for (int i = 0; i < descriptors.size(); i++) {
                long at = (long) Pollfd.SIZE * i;
                fds.set(ValueLayout.JAVA_INT, at + Pollfd.FD, descriptors.get(i).number());
                fds.set(ValueLayout.JAVA_SHORT, at + Pollfd.EVENTS, (short) events);
            }
            MemorySegment none = scratch.struct(Timespec.SIZE);
            long result = scratch.call(Nr.PPOLL, fds.address(), descriptors.size(), none.address(), 0, SIGSET_SIZE);
            Sys.check(result, "ppoll", descriptors);
            return ready(descriptors, fds);
        }
    }

    private static List<Fd> ready(List<Fd> descriptors, MemorySegment fds) {
        var ready = new ArrayList<Fd>();
        for (int i = 0; i < descriptors.size(); i++) {
            if (fds.get(ValueLayout.JAVA_SHORT, (long) Pollfd.SIZE * i + Pollfd.REVENTS) != 0) {
                ready.add(descriptors.get(i));
            }
        }
        return ready;
    }
}

package io.crius.linux;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits for the end of any number of processes with one epoll and one platform thread, which is made with the first of them.
 *
 * <p>Subscriptions are known by tokens, not by descriptor numbers: an event that was fetched before its descriptor was closed
 * must not reach whoever got the number next. Thread-safe; the lock is held only to make the epoll.
 */
final class ExitLoop {
    private static final int CLOEXEC = 02000000;
    private static final int ADD = 1;
    private static final int REMOVE = 2;
    private static final int READABLE = 1;
    private static final int ONE_SHOT = 1 << 30;
    private static final int BATCH = 64;
    private static final int SIGSET_SIZE = 8;
    private static final int DATA = Nr.packedEpollEvent() ? 4 : 8;
    private static final int EVENT_SIZE = DATA + Long.BYTES;

    private final Map<Long, Runnable> actions = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private int epoll = -1;

    Subscription add(Fd pidfd, Runnable action) throws ErrnoException {
        int loop = start();
        long token = tokens.incrementAndGet();
        actions.put(token, action);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_SIZE, 8);
            event.set(ValueLayout.JAVA_INT, 0, READABLE | ONE_SHOT);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA, token);
            Sys.check(
                    Sys.call(Nr.EPOLL_CTL, loop, ADD, pidfd.number(), event.address()),
                    "epoll_ctl(add, " + pidfd + ")");
        } catch (ErrnoException e) {
            actions.remove(token);
            throw e;
        }
        return () -> remove(loop, pidfd, token);
    }

    /** After the event the kernel forgets the descriptor when it is closed. */
    private void remove(int loop, Fd pidfd, long token) {
        if (actions.remove(token) == null) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            var _ = Sys.call(
                    Nr.EPOLL_CTL,
                    loop,
                    REMOVE,
                    pidfd.number(),
                    arena.allocate(EVENT_SIZE, 8).address());
        }
    }

    private synchronized int start() throws ErrnoException {
        if (epoll < 0) {
            epoll = (int) Sys.check(Sys.call(Nr.EPOLL_CREATE1, CLOEXEC), "epoll_create1");
            int loop = epoll;
            Thread.ofPlatform().name("crius-exits").daemon(true).start(() -> run(loop));
        }
        return epoll;
    }

    private void run(int loop) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocate((long) EVENT_SIZE * BATCH, 8);
            while (true) {
                long count = Sys.call(Nr.EPOLL_PWAIT, loop, events.address(), BATCH, -1, 0, SIGSET_SIZE);
                for (long i = 0; i < count; i++) {
                    pass(events.get(ValueLayout.JAVA_LONG_UNALIGNED, i * EVENT_SIZE + DATA));
                }
                if (count < 0) {
                    System.getLogger(ExitLoop.class.getName())
                            .log(Level.ERROR, "waiting for processes", new ErrnoException("epoll_pwait", (int) -count));
                    return;
                }
            }
        }
    }

    private void pass(long token) {
        Runnable action = actions.remove(token);
        if (action != null) {
            Thread.startVirtualThread(action);
        }
    }
}

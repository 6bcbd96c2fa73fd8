package io.crius.linux;

import io.crius.linux.abi.Nr;
import io.crius.linux.abi.Structs.EpollEvent;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits for any number of descriptors with one epoll and one platform thread, which is made with the first of them.
 *
 * <p>Each subscription has a duplicate of its descriptor: so one descriptor may have several, and its owner may close it at any
 * time. They are known by tokens, not by descriptor numbers: an event that was fetched before a subscription was closed must not
 * reach whoever got its number next. Thread-safe; the lock is held only to make the epoll.
 */
final class Readiness {
    static final int READABLE = 1;
    static final int WRITABLE = 4;

    private static final int CLOEXEC = 02000000;
    private static final int ADD = 1;
    private static final int REMOVE = 2;
    private static final int ONE_SHOT = 1 << 30;
    private static final int BATCH = 64;
    private static final int SIGSET_SIZE = 8;
    private static final int DUPFD_CLOEXEC = 1030;

    private record Watch(int fd, Runnable action) {}

    private final Map<Long, Watch> watches = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private int epoll = -1;

    /**
     * Runs the action once, when the descriptor is ready or has ended. It runs on the loop's thread, where it must neither wait
     * nor throw.
     *
     * @throws ErrnoException EPERM for what is always ready, such as files
     */
    Subscription add(Fd fd, int events, Runnable action) throws ErrnoException {
        int loop = start();
        int duplicate = (int) Sys.check(Sys.call(Nr.FCNTL, fd.number(), DUPFD_CLOEXEC, 0), "fcntl", fd, "F_DUPFD");
        long token = tokens.incrementAndGet();
        watches.put(token, new Watch(duplicate, action));
        try (Scratch scratch = Scratch.take()) {
            MemorySegment event = scratch.struct(EpollEvent.SIZE);
            event.set(ValueLayout.JAVA_INT, EpollEvent.EVENTS, events | ONE_SHOT);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, EpollEvent.DATA, token);
            Sys.check(scratch.call(Nr.EPOLL_CTL, loop, ADD, duplicate, event.address()), "epoll_ctl", "add", fd);
        } catch (ErrnoException e) {
            remove(loop, token);
            throw e;
        }
        return () -> remove(loop, token);
    }

    /** Kernel: the epoll knows the open file, so closing its duplicate alone would not take it out. */
    private Runnable remove(int loop, long token) {
        Watch watch = watches.remove(token);
        if (watch == null) {
            return () -> {};
        }
        try (Scratch scratch = Scratch.take()) {
            MemorySegment unused = scratch.struct(EpollEvent.SIZE);
            var _ = scratch.call(Nr.EPOLL_CTL, loop, REMOVE, watch.fd, unused.address());
            var _ = scratch.callOnce(Nr.CLOSE, watch.fd);
        }
        return watch.action;
    }

    private synchronized int start() throws ErrnoException {
        if (epoll < 0) {
            epoll = (int) Sys.check(Sys.call(Nr.EPOLL_CREATE1, CLOEXEC), "epoll_create1");
            int loop = epoll;
            Thread.ofPlatform().name("crius-events").daemon(true).start(() -> run(loop));
        }
        return epoll;
    }

    private void run(int loop) {
        try (Arena arena = Arena.ofConfined();
                Scratch scratch = Scratch.take()) {
            MemorySegment events = arena.allocate((long) EpollEvent.SIZE * BATCH, Long.BYTES);
            while (true) {
                long count = scratch.call(Nr.EPOLL_PWAIT, loop, events.address(), BATCH, -1, 0, SIGSET_SIZE);
                if (count < 0) {
                    System.getLogger(Readiness.class.getName())
                            .log(Level.ERROR, "waiting for events", new ErrnoException("epoll_pwait", (int) -count));
                    return;
                }
                for (long i = 0; i < count; i++) {
                    long token = events.get(ValueLayout.JAVA_LONG_UNALIGNED, i * EpollEvent.SIZE + EpollEvent.DATA);
                    remove(loop, token).run();
                }
            }
        }
    }
}

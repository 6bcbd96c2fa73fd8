package io.crius.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * posix_spawn(3). A JVM cannot fork: other threads may hold locks of the C library at that moment.
 *
 * <p>Safety: the structures of the C library are opaque here; they get more room than glibc and musl use, and stay in the
 * arena of the call. Thread-safe.
 */
final class Spawner {
    static final int OPAQUE_SIZE = 1024;
    static final int SIGSET_SIZE = 128;
    private static final short SETPGROUP = 0x02;
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;

    private final MethodHandle spawn = Sys.bind("posix_spawn");
    private final MethodHandle actionsInit = Sys.bind("posix_spawn_file_actions_init");
    private final MethodHandle actionsDestroy = Sys.bind("posix_spawn_file_actions_destroy");
    private final MethodHandle addDup2 = Sys.bind("posix_spawn_file_actions_adddup2");
    private final MethodHandle addCloseFrom = Sys.bind("posix_spawn_file_actions_addclosefrom_np");
    private final MethodHandle addClose = Sys.bind("posix_spawn_file_actions_addclose");
    private final MethodHandle addChdir = Sys.bind("posix_spawn_file_actions_addchdir_np");
    private final MethodHandle attributesInit = Sys.bind("posix_spawnattr_init");
    private final MethodHandle setFlags = Sys.bind("posix_spawnattr_setflags");
    private final MethodHandle setMask = Sys.bind("posix_spawnattr_setsigmask");
    private final MethodHandle setDefault = Sys.bind("posix_spawnattr_setsigdefault");

    /** The child's number. */
    long spawn(SpawnRequest request) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(OPAQUE_SIZE, 16);
            String what = "posix_spawn(" + request.program() + ")";
            check(call(actionsInit, actions.address(), 0, 0), what);
            try {
                addActions(arena, actions.address(), request, what);
                MemorySegment pid = arena.allocate(ValueLayout.JAVA_LONG);
                int result = Sys.call(
                        spawn,
                        pid.address(),
                        string(arena, request.program()),
                        actions.address(),
                        attributes(arena, request, what),
                        strings(arena, request.argv()),
                        strings(arena, request.environment()));
                check(result, what);
                return pid.get(ValueLayout.JAVA_INT, 0);
            } finally {
                call(actionsDestroy, actions.address(), 0, 0);
            }
        }
    }

    /**
     * Every source is first copied to a number above all sources and targets, then down to its target: so no target overwrites
     * a source, and all copies lose their close-on-exec flag. Then everything that was not asked for is closed.
     */
    private void addActions(Arena arena, long actions, SpawnRequest request, String what) throws ErrnoException {
        var wanted = new TreeMap<>(request.descriptors());
        int above = wanted.isEmpty() ? 0 : wanted.lastKey() + 1;
        for (Fd source : wanted.values()) {
            above = Math.max(above, source.number() + 1);
        }
        int copy = above;
        for (Fd source : wanted.values()) {
            check(call(addDup2, actions, source.number(), copy++), what);
        }
        copy = above;
        int next = 0;
        for (int target : wanted.keySet()) {
            check(call(addDup2, actions, copy++, target), what);
            next = closeGap(actions, next, target, what);
        }
        check(call(addCloseFrom, actions, next, 0), what);
        check(call(addChdir, actions, string(arena, request.directory()), 0), what);
    }

    /** Closes the numbers below a target that nobody asked for; returns the number after the target. */
    private int closeGap(long actions, int from, int target, String what) throws ErrnoException {
        for (int number = from; number < target; number++) {
            check(call(addClose, actions, number, 0), what);
        }
        return target + 1;
    }

    /** Kernel: JVM threads block signals (SIGQUIT) and ignore others, and a child would inherit both. */
    private long attributes(Arena arena, SpawnRequest request, String what) throws ErrnoException {
        MemorySegment attributes = arena.allocate(OPAQUE_SIZE, 16);
        check(call(attributesInit, attributes.address(), 0, 0), what);
        MemorySegment none = arena.allocate(SIGSET_SIZE, 8);
        check(call(setMask, attributes.address(), none.address(), 0), what);
        MemorySegment all = arena.allocate(SIGSET_SIZE, 8).fill((byte) 0xff);
        check(call(setDefault, attributes.address(), all.address(), 0), what);
        // A process group that is not set otherwise is the child's own.
        int leads = switch (request.leadership()) {
            case NEW_SESSION -> SETSID;
            case NEW_GROUP -> SETPGROUP;
            case SAME_SESSION -> 0;
        };
        check(call(setFlags, attributes.address(), SETSIGMASK | SETSIGDEF | leads, 0), what);
        return attributes.address();
    }

    /** A null-terminated array of C strings. */
    private static long strings(Arena arena, List<String> texts) {
        var addresses = new ArrayList<Long>();
        texts.forEach(text -> addresses.add(string(arena, text)));
        MemorySegment array = arena.allocate(ValueLayout.JAVA_LONG, texts.size() + 1L);
        for (int i = 0; i < addresses.size(); i++) {
            array.setAtIndex(ValueLayout.JAVA_LONG, i, addresses.get(i));
        }
        return array.address();
    }

    private static long string(Arena arena, Object text) {
        byte[] bytes = Sys.bytes(text);
        MemorySegment string = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, string, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return string.address();
    }

    private static int call(MethodHandle function, long a, long b, long c) {
        return Sys.call(function, a, b, c, 0, 0, 0);
    }

    /** These functions return the error's number and leave errno alone. */
    private static void check(int result, String what) throws ErrnoException {
        if (result != 0) {
            throw new ErrnoException(what, result);
        }
    }
}

package io.crius.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The linker: binds C functions once and calls them with errno captured. All functions share one descriptor,
 * {@code long(long x 7)}, since each further descriptor costs some ten milliseconds at its first use.
 *
 * <p>Safety: {@code syscall} is variadic and takes register-sized arguments; surplus arguments of the other functions are in
 * registers that their ABI lets a callee ignore (x86-64 SysV, AAPCS64). Pointers are addresses of segments whose arena is
 * open during the call.
 */
final class Sys {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    private static final MethodHandle SYSCALL = bind("syscall");

    private Sys() {}

    /** A function of the C library under the common shape. */
    static MethodHandle bind(String function) {
        MemorySegment address = LINKER.defaultLookup()
                .find(function)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + function));
        return LINKER.downcallHandle(address, SHAPE, Linker.Option.captureCallState("errno"));
    }

    static long call(int number) {
        return call(number, 0, 0, 0, 0, 0, 0);
    }

    static long call(int number, long a) {
        return call(number, a, 0, 0, 0, 0, 0);
    }

    static long call(int number, long a, long b) {
        return call(number, a, b, 0, 0, 0, 0);
    }

    static long call(int number, long a, long b, long c) {
        return call(number, a, b, c, 0, 0, 0);
    }

    static long call(int number, long a, long b, long c, long d) {
        return call(number, a, b, c, d, 0, 0);
    }

    static long call(int number, long a, long b, long c, long d, long e) {
        return call(number, a, b, c, d, e, 0);
    }

    /** Makes the system call, again and again while it is interrupted; returns its result, or the negated errno. */
    static long call(int number, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result;
            do {
                result = (long) SYSCALL.invokeExact(state, (long) number, a, b, c, d, e, f);
                if (result == -1) {
                    result = -(int) ERRNO.get(state, 0L);
                }
            } while (result == -Errno.EINTR.number());
            return result;
        } catch (Throwable e2) {
            throw new AssertionError("foreign call", e2);
        }
    }

    /** Calls a bound function and returns its result as C int; errno is not looked at (posix_spawn returns it). */
    static int call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return (int) (long) function.invokeExact(state, a, b, c, d, e, f, 0L);
        } catch (Throwable e2) {
            throw new AssertionError("foreign call", e2);
        }
    }

    /** The result where it is not negative. */
    static long check(long result, String call) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, (int) -result);
        }
        return result;
    }

    /** A C string in the arena: the bytes of {@link RawNames}. */
    static long string(Arena arena, Object text) {
        byte[] bytes = RawNames.encode(text.toString());
        byte[] ended = Arrays.copyOf(bytes, bytes.length + 1);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, ended).address();
    }
}

package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.StringJoiner;

/**
 * The linker: binds C functions once and calls them with errno captured. All functions share one descriptor,
 * {@code long(long x 7)}, since each further descriptor costs some ten milliseconds at its first use.
 *
 * <p>Safety: {@code syscall} is variadic and takes register-sized arguments; surplus arguments of the other functions are in
 * registers that their ABI lets a callee ignore (x86-64 SysV, AAPCS64). Pointers are addresses of segments that live during the
 * call.
 */
final class Sys {
    static final StructLayout STATE = Linker.Option.captureStateLayout();

    private static final Linker LINKER = Linker.nativeLinker();
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
    private static final int NAME_MAX = 4096;
    private static final MethodHandle SYSCALL = bind("syscall");

    private Sys() {}

    /** A function of the C library under the common shape. */
    static MethodHandle bind(String function) {
        MemorySegment address = LINKER.defaultLookup()
                .find(function)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + function));
        return LINKER.downcallHandle(address, SHAPE, Linker.Option.captureCallState("errno"));
    }

    /** One system call; returns its result, or the negated errno. */
    static long once(MemorySegment state, Nr nr, long a, long b, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(state, (long) nr.number(), a, b, c, d, e, f);
        } catch (Throwable broken) {
            throw new AssertionError("foreign call", broken);
        }
        return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    }

    static long call(Nr nr) {
        return call(nr, 0, 0, 0, 0);
    }

    static long call(Nr nr, long a) {
        return call(nr, a, 0, 0, 0);
    }

    static long call(Nr nr, long a, long b) {
        return call(nr, a, b, 0, 0);
    }

    static long call(Nr nr, long a, long b, long c) {
        return call(nr, a, b, c, 0);
    }

    /** A system call without memory of its own. */
    static long call(Nr nr, long a, long b, long c, long d) {
        try (Scratch scratch = Scratch.take()) {
            return scratch.call(nr, a, b, c, d);
        }
    }

    static long call(Nr nr, long a, long b, long c, long d, long e) {
        try (Scratch scratch = Scratch.take()) {
            return scratch.call(nr, a, b, c, d, e);
        }
    }

    /** Calls a bound function and returns its result as C int; errno is not looked at (posix_spawn returns it). */
    static int call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return (int) (long) function.invokeExact(state, a, b, c, d, e, f, 0L);
        } catch (Throwable broken) {
            throw new AssertionError("foreign call", broken);
        }
    }

    /**
     * The bytes of a name.
     *
     * @throws IllegalArgumentException where there is a zero in it, at which the kernel would take it to end
     */
    static byte[] bytes(Object text) {
        String name = text.toString();
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero byte in the name " + name.replace('\0', '?'));
        }
        return RawNames.encode(name);
    }

    /** The result where it is not negative; the operands are those that help a reader of the error. */
    static long check(long result, String call, Object... operands) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(describe(call, operands), (int) -result);
        }
        return result;
    }

    static String describe(String call, Object... operands) {
        var text = new StringJoiner(", ", call + "(", ")");
        for (Object operand : operands) {
            text.add(operand instanceof Fd fd ? describe(fd) : operand.toString());
        }
        return text.toString();
    }

    /** A person knows files by their names. */
    private static String describe(Fd fd) {
        if (fd.isClosed()) {
            return fd.toString();
        }
        try (Scratch scratch = Scratch.take()) {
            MemorySegment name = scratch.buffer(NAME_MAX);
            long link = scratch.string(fd.procPath());
            long length = scratch.call(Nr.READLINKAT, 0, link, name.address(), NAME_MAX);
            return length <= 0
                    ? fd.toString()
                    : RawNames.decode(name.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}

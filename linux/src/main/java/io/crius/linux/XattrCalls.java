package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The calls on extended attributes; a file is an {@link Fd}, or a path that is not followed. Thread-safe. */
final class XattrCalls {
    void set(Object file, String name, byte[] value) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment memory = scratch.buffer(value.length);
            MemorySegment.copy(value, 0, memory, ValueLayout.JAVA_BYTE, 0, value.length);
            long result = scratch.call(
                    pick(file, Nr.FSETXATTR, Nr.LSETXATTR),
                    operand(scratch, file),
                    scratch.string(name),
                    memory.address(),
                    value.length,
                    0);
            Sys.check(result, "setxattr", file, name);
        }
    }

    Optional<byte[]> get(Object file, String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment memory = scratch.buffer(Scratch.BUFFER);
            long length = scratch.call(
                    pick(file, Nr.FGETXATTR, Nr.LGETXATTR),
                    operand(scratch, file),
                    scratch.string(name),
                    memory.address(),
                    Scratch.BUFFER);
            if (length == -Errno.ENODATA.number() || length == -Errno.EOPNOTSUPP.number()) {
                return Optional.empty();
            }
            Sys.check(length, "getxattr", file, name);
            return Optional.of(memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    List<String> list(Object file) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment memory = scratch.buffer(Scratch.BUFFER);
            long length = scratch.call(
                    pick(file, Nr.FLISTXATTR, Nr.LLISTXATTR), operand(scratch, file), memory.address(), Scratch.BUFFER);
            if (length == -Errno.EOPNOTSUPP.number()) {
                return List.of();
            }
            Sys.check(length, "listxattr", file);
            return names(memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Names stand one after the other, each with a zero at its end. */
    private static List<String> names(byte[] bytes) {
        var names = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                names.add(RawNames.decode(java.util.Arrays.copyOfRange(bytes, start, i)));
                start = i + 1;
            }
        }
        return List.copyOf(names);
    }

    void remove(Object file, String name) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            long result = scratch.call(
                    pick(file, Nr.FREMOVEXATTR, Nr.LREMOVEXATTR), operand(scratch, file), scratch.string(name));
            Sys.check(result, "removexattr", file, name);
        }
    }

    private static Nr pick(Object file, Nr open, Nr path) {
        return file instanceof Fd ? open : path;
    }

    private static long operand(Scratch scratch, Object file) {
        return file instanceof Fd fd ? fd.number() : scratch.string(file);
    }
}

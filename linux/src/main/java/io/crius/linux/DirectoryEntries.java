package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Names in folders, whatever bytes they have: the JDK decodes them by the locale. Kernel: getdents64(2). */
final class DirectoryEntries {
    private static final int LENGTH = 16;
    private static final int NAME = 19;

    private DirectoryEntries() {}

    static List<String> of(Fd folder) throws ErrnoException {
        var names = new ArrayList<String>();
        try (Scratch scratch = Scratch.take()) {
            MemorySegment memory = scratch.buffer(Scratch.BUFFER);
            while (true) {
                long result = scratch.call(Nr.GETDENTS64, folder.number(), memory.address(), Scratch.BUFFER);
                long filled = Sys.check(result, "getdents64", folder);
                if (filled == 0) {
                    return names;
                }
                add(names, memory, filled);
            }
        }
    }

    private static void add(List<String> names, MemorySegment memory, long filled) {
        for (long at = 0; at < filled; ) {
            int length = Short.toUnsignedInt(memory.get(ValueLayout.JAVA_SHORT, at + LENGTH));
            String name = name(memory.asSlice(at + NAME, length - NAME));
            if (!name.equals(".") && !name.equals("..")) {
                names.add(name);
            }
            at += length;
        }
    }

    private static String name(MemorySegment padded) {
        byte[] bytes = padded.toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (bytes[end] != 0) {
            end++;
        }
        return RawNames.decode(bytes, 0, end);
    }
}

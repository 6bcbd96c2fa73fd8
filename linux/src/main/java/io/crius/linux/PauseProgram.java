package io.crius.linux;

import io.crius.linux.abi.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * A program of a few hundred bytes, without a library, for what a JVM cannot do itself.
 *
 * <p>Without an argument it is process 1 of a PID namespace: it lets the kernel reap whatever ends there, and sleeps until it is
 * killed. Kernel: with SIGCHLD ignored and SA_NOCLDWAIT no child becomes a zombie, adopted ones included.
 *
 * <p>With one argument it holds new namespaces until somebody has pinned them: it makes a user namespace, says so on
 * descriptor 1 by a byte that is zero or the errno, waits on descriptor 0 for a byte, which means that ids are mapped,
 * becomes root in it, makes the namespaces that the argument names by its flags in decimal, says so, and ends when
 * descriptor 0 does. Kernel: a process with several threads, which every JVM is, may not enter a user namespace.
 *
 * <p>The source is in {@code src/main/asm}; a test compares it with these bytes where there is an assembler.
 */
public final class PauseProgram {
    private static final String X86_64 =
            "SIM8JAJ0M78RAAAASI01xQAAADHSQboIAAAAuA0AAAAPBTH/MfYx0kUx0kG4CAAAALgPAQAADwXr6EiLdCQQMdsP"
                    + "tgaFwHQMa9sKjVwD0Ej/xuvtvwAAABC4EAEAAA8F6DMAAAAx/zH2MdK4dwAAAA8FhcB4FLh1AAAADwWFwHgJid+4"
                    + "EAEAAA8F6AkAAAAx/7jnAAAADwX32FC/AQAAAEiJ5roBAAAAuAEAAAAPBb8BAAAAgzwkAHXXMf9Iiea6AQAAADHA"
                    + "DwW/AQAAAEiD+AF1vljDDx8AAQAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private static final String ARM64 =
            "4ANA+R8IAPHgAQBUIAKA0kEIABACAIDSAwGA0sgQgNIBAADUAACA0gEAgNICAIDSAwCA0gQBgNIoCYDSAQAA1Pn/"
                    + "/xfhC0D5EwCAUlQBgFIgFEA4gAAANADAAFFzAhQb/P//FwAAotIoDIDSAQAA1BQAAJQAAIDSAQCA0gIAgNKoEoDS"
                    + "AQAA1EAB+DcAAIDSAQCA0gIAgNJoEoDSAQAA1IAA+DfgAxMqKAyA0gEAANQEAACUAACA0sgLgNIBAADU4AMAS+AP"
                    + "H/ggAIDS4QMAkSIAgNIICIDSAQAA1CAAgNLhA0C5of7/NQAAgNLhAwCRIgCA0ugHgNIBAADU4QMAqiAAgNI/BADx"
                    + "gf3/VP9DAJHAA1/WHyAD1QEAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final long LOADED_AT = 0x400000;
    private static final short MACHINE_X86_64 = 62;
    private static final short MACHINE_ARM64 = 183;
    private static final int READ_AND_EXECUTE = 5;
    private static final long PAGE = 0x10000;

    private PauseProgram() {}

    /** The program for the processor that this one runs on. */
    public static byte[] bytes() {
        return bytes(Architecture.current());
    }

    static byte[] bytes(Architecture architecture) {
        byte[] code = code(architecture);
        int size = HEADER + PROGRAM_HEADER + code.length;
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        header(file, architecture);
        programHeader(file, size);
        return file.put(code).array();
    }

    /** The instructions alone, as an assembler gives them. */
    static byte[] code(Architecture architecture) {
        return Base64.getDecoder()
                .decode(
                        switch (architecture) {
                            case X86_64 -> X86_64;
                            case ARM64 -> ARM64;
                        });
    }

    /** Kernel: elf(5), Elf64_Ehdr: magic, class, byte order and version; then type EXEC, machine, entry and table. */
    private static void header(ByteBuffer file, Architecture architecture) {
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        file.putShort((short) 2).putShort(architecture == Architecture.X86_64 ? MACHINE_X86_64 : MACHINE_ARM64);
        file.putInt(1)
                .putLong(LOADED_AT + HEADER + PROGRAM_HEADER)
                .putLong(HEADER)
                .putLong(0);
        file.putInt(0).putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    }

    /** Kernel: elf(5), Elf64_Phdr: one segment, the whole file. */
    private static void programHeader(ByteBuffer file, long size) {
        file.putInt(1).putInt(READ_AND_EXECUTE).putLong(0).putLong(LOADED_AT).putLong(LOADED_AT);
        file.putLong(size).putLong(size).putLong(PAGE);
    }
}

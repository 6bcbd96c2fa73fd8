package io.crius.linux;

import io.crius.linux.abi.Nr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * ioctl on terminals. Kernel: {@code struct termios} of the system call has four flag words, the line discipline, and 19 control
 * characters; numbers and layout are the same on x86-64 and arm64 (asm-generic/termbits.h).
 */
final class KernelOwnTerminals implements OwnTerminals {
    private static final long TCGETS = 0x5401;
    private static final long TCSETSW = 0x5403;
    private static final long TIOCGWINSZ = 0x5413;

    private static final long TERMIOS = 36;
    private static final long WINSIZE = 8;
    private static final long INPUT = 0;
    private static final long OUTPUT = 4;
    private static final long CONTROL = 8;
    private static final long LOCAL = 12;
    private static final long CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    /** IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON. */
    private static final int COOKED_INPUT = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400;

    private static final int OPOST = 0x1;

    /** ISIG, ICANON, ECHO, ECHONL, IEXTEN. */
    private static final int COOKED_LOCAL = 0x1 | 0x2 | 0x8 | 0x40 | 0x8000;

    /** CSIZE, PARENB. */
    private static final int FRAMING = 0x30 | 0x100;

    private static final int CS8 = 0x30;

    @Override
    public Optional<Size> size(int descriptor) {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment size = scratch.buffer(WINSIZE);
            if (scratch.call(Nr.IOCTL, descriptor, TIOCGWINSZ, size.address(), 0) < 0) {
                return Optional.empty();
            }
            int rows = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0));
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2));
            return Optional.of(new Size(columns, rows));
        }
    }

    @Override
    public Raw raw(int descriptor) throws ErrnoException {
        byte[] before = attributes(descriptor);
        set(descriptor, made(before));
        var given = new AtomicBoolean();
        return () -> {
            if (given.compareAndSet(false, true)) {
                restore(descriptor, before);
            }
        };
    }

    /** A terminal that has gone away needs no care. */
    private static void restore(int descriptor, byte[] before) {
        try {
            set(descriptor, before);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EIO && e.errno() != Errno.EBADF) {
                throw new IllegalStateException("the terminal cannot be put back", e);
            }
        }
    }

    private static byte[] attributes(int descriptor) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment termios = scratch.buffer(TERMIOS);
            Sys.check(scratch.call(Nr.IOCTL, descriptor, TCGETS, termios.address(), 0), "TCGETS", descriptor);
            return termios.asSlice(0, TERMIOS).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Blocks: until the terminal has shown what was written before. */
    private static void set(int descriptor, byte[] attributes) throws ErrnoException {
        try (Scratch scratch = Scratch.take()) {
            MemorySegment termios = scratch.buffer(TERMIOS);
            termios.copyFrom(MemorySegment.ofArray(attributes));
            Sys.check(scratch.call(Nr.IOCTL, descriptor, TCSETSW, termios.address(), 0), "TCSETSW", descriptor);
        }
    }

    /** What cfmakeraw(3) does. */
    private static byte[] made(byte[] attributes) {
        byte[] raw = attributes.clone();
        MemorySegment termios = MemorySegment.ofArray(raw);
        clear(termios, INPUT, COOKED_INPUT);
        clear(termios, OUTPUT, OPOST);
        clear(termios, CONTROL, FRAMING);
        clear(termios, LOCAL, COOKED_LOCAL);
        termios.set(
                ValueLayout.JAVA_INT_UNALIGNED, CONTROL, termios.get(ValueLayout.JAVA_INT_UNALIGNED, CONTROL) | CS8);
        raw[(int) CHARACTERS + VMIN] = 1;
        raw[(int) CHARACTERS + VTIME] = 0;
        return raw;
    }

    private static void clear(MemorySegment termios, long word, int flags) {
        termios.set(ValueLayout.JAVA_INT_UNALIGNED, word, termios.get(ValueLayout.JAVA_INT_UNALIGNED, word) & ~flags);
    }
}

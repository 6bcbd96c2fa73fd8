package io.crius.linux;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** A system call that the kernel refused: which, with what operands, and why. */
public final class ErrnoException extends IOException {
    private final String call;
    private final int number;

    /** {@code call} is the call as a person would write it, for example {@code mount(overlay, /x)}. */
    public ErrnoException(String call, int number) {
        super(call + ": " + describe(number));
        this.call = call;
        this.number = number;
    }

    public ErrnoException(String call, Errno errno) {
        this(call, errno.number());
    }

    /** As above with what the kernel said beyond the number. */
    ErrnoException(String call, int number, String detail) {
        super(call + ": " + describe(number) + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.call = call;
        this.number = number;
    }

    /** Whether a path was not there, be it that a system call or the JDK says so. */
    public static boolean isMissing(IOException e) {
        return e instanceof NoSuchFileException || (e instanceof ErrnoException errno && errno.errno() == Errno.ENOENT);
    }

    public Errno errno() {
        return Errno.of(number);
    }

    public int number() {
        return number;
    }

    public String call() {
        return call;
    }

    private static String describe(int number) {
        Errno errno = Errno.of(number);
        return errno == Errno.OTHER ? "errno " + number : errno + " (" + errno.text() + ")";
    }
}

package io.crius.linux;

/**
 * How a process ended.
 *
 * @param code its exit code; 0 where a signal ended it
 * @param signal the signal that ended it; 0 where it ended by itself
 */
public record ExitStatus(int code, int signal) {
    private static final int SIGNAL_BASE = 128;

    public static ExitStatus exited(int code) {
        return new ExitStatus(code, 0);
    }

    public static ExitStatus signaled(int signal) {
        return new ExitStatus(0, signal);
    }

    public boolean succeeded() {
        return code == 0 && signal == 0;
    }

    /** The code as shells and container monitors give it: 128 + signal where a signal ended the process. */
    public int shellCode() {
        return signal == 0 ? code : SIGNAL_BASE + signal;
    }

    @Override
    public String toString() {
        return signal == 0 ? "exit code " + code : "signal " + signal;
    }
}

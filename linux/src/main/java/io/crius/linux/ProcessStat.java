package io.crius.linux;

import java.util.Optional;

/**
 * A line of {@code /proc/<pid>/stat}, as far as it is used. Kernel: proc(5).
 *
 * @param state R, S, D, T, Z (dead, not collected), X, ...
 * @param startTicks when it started, in clock ticks since boot
 */
public record ProcessStat(char state, long ppid, long pgrp, long session, long startTicks) {
    private static final int STATE = 0;
    private static final int PPID = 1;
    private static final int PGRP = 2;
    private static final int SESSION = 3;
    private static final int START_TIME = 19;

    /** Whether the process has ended and only its exit status is left. */
    public boolean isDead() {
        return state == 'Z' || state == 'X';
    }

    /** The name in parentheses may hold anything, so fields are counted from the last one. */
    static Optional<ProcessStat> parse(String line) {
        int name = line.lastIndexOf(')');
        if (name < 0 || name + 2 > line.length()) {
            return Optional.empty();
        }
        String[] fields = line.substring(name + 2).split(" ");
        if (fields.length <= START_TIME) {
            return Optional.empty();
        }
        return Optional.of(new ProcessStat(
                fields[STATE].charAt(0),
                Long.parseLong(fields[PPID]),
                Long.parseLong(fields[PGRP]),
                Long.parseLong(fields[SESSION]),
                Long.parseLong(fields[START_TIME])));
    }
}

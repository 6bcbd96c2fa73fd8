package io.crius.runtime;

import io.crius.model.CriusException;
import java.util.Locale;

/** A signal by its number, 1 to 64 (Linux). */
public record StopSignal(int number) {
    public static final StopSignal TERM = new StopSignal(15);
    public static final StopSignal KILL = new StopSignal(9);

    private static final int LAST = 64;
    // Kernel: 32 and 33 belong to the C library's threads, so programs see SIGRTMIN at 34 (signal(7)).
    private static final int REALTIME_MIN = 34;
    private static final String[] NAMES = {
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS"
    };

    public StopSignal {
        if (number < 1 || number > LAST) {
            throw new CriusException.InvalidArgument("invalid signal " + number + ": signals are 1 to " + LAST);
        }
    }

    /**
     * Reads {@code SIGTERM}, {@code term}, {@code 15}, {@code SIGRTMIN+3}, {@code RTMAX-1}: as images and requests write
     * them.
     *
     * @throws CriusException.InvalidArgument for anything else
     */
    public static StopSignal parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() <= 3) {
            return new StopSignal(Integer.parseInt(name));
        }
        if (name.startsWith("SIG")) {
            name = name.substring(3);
        }
        int number = number(name);
        if (number < 1 || number > LAST) {
            throw new CriusException.InvalidArgument("unknown signal \"" + text
                    + "\": a name as SIGTERM, SIGRTMIN+3 or a number from 1 to 64 is needed");
        }
        return new StopSignal(number);
    }

    private static int number(String name) {
        if (name.startsWith("RTMIN")) {
            return realtime(REALTIME_MIN, name.substring(5), '+');
        }
        if (name.startsWith("RTMAX")) {
            return realtime(LAST, name.substring(5), '-');
        }
        for (int number = 1; number < NAMES.length; number++) {
            if (NAMES[number].equals(name)) {
                return number;
            }
        }
        return switch (name) {
            case "IOT" -> 6;
            case "CLD" -> 17;
            case "POLL" -> 29;
            default -> 0;
        };
    }

    private static int realtime(int from, String offset, char sign) {
        if (offset.isEmpty()) {
            return from;
        }
        boolean digits = offset.length() <= 3
                && offset.charAt(0) == sign
                && offset.length() > 1
                && offset.substring(1).chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            return 0;
        }
        int distance = Integer.parseInt(offset.substring(1));
        return distance > LAST - REALTIME_MIN ? 0 : sign == '+' ? from + distance : from - distance;
    }

    /** The name with SIG, for example {@code SIGTERM} or {@code SIGRTMIN+3}. */
    public String name() {
        if (number < NAMES.length) {
            return "SIG" + NAMES[number];
        }
        if (number < REALTIME_MIN) {
            return "SIG" + number;
        }
        return number == REALTIME_MIN ? "SIGRTMIN" : "SIGRTMIN+" + (number - REALTIME_MIN);
    }

    @Override
    public String toString() {
        return name();
    }
}

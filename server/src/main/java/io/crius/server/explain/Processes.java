package io.crius.server.explain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a program does that is being waited for. */
final class Processes {
    private Processes() {}

    /** With its name, its state and where it sleeps in the kernel; empty for none. Kernel: proc(5), never waits. */
    static String describe(long pid) {
        if (pid == 0) {
            return "";
        }
        String stat = read(pid, "stat");
        int name = stat.indexOf('(');
        int end = stat.lastIndexOf(')');
        if (name < 0 || end < name || stat.length() < end + 3) {
            return " (process " + pid + " has ended)";
        }
        String place = read(pid, "wchan");
        return " (process " + pid + " " + stat.substring(name + 1, end) + ", "
                + (isFreezer(place) ? "frozen" : state(stat.charAt(end + 2)))
                + (place.isEmpty() || place.equals("0") ? "" : " in " + place) + ")";
    }

    /** Kernel: where the freezers of cgroup v1 and v2 hold a process. */
    private static boolean isFreezer(String place) {
        return place.equals("__refrigerator") || place.equals("do_freezer_trap");
    }

    private static String state(char letter) {
        return switch (letter) {
            case 'R' -> "running";
            case 'S' -> "sleeping";
            case 'D' -> "in an uninterruptible wait";
            case 'T', 't' -> "stopped";
            case 'Z', 'X' -> "dead";
            default -> "state " + letter;
        };
    }

    private static String read(long pid, String file) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }
}

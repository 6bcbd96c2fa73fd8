package io.crius.runtime.cli;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What runc and crun mean by the texts they fail with: their exit codes tell nothing apart.
 *
 * <p>Compat: seen with runc 1.1 and 1.3, crun 1.8 and 1.2x. crun writes C's error texts with a capital, so case is ignored.
 */
public final class RuntimeMessages {
    /** The meaning of a refusal. */
    public enum Meaning {
        /** The runtime has no container of that id. */
        UNKNOWN_CONTAINER,
        /** The container's first process has ended. */
        NOT_RUNNING,
        PAUSED,
        NOT_PAUSED,
        ALREADY_STARTED,
        /** The command is missing in the container, or is not executable. */
        NO_SUCH_COMMAND,
        OTHER
    }

    private static final int LONGEST = 4096;

    /** ECMA-48, SGR: crun writes errors in red on a terminal. */
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    private RuntimeMessages() {}

    /** What the standard error of a command that did not succeed says. */
    public static Meaning meaning(String stderr) {
        String text = stderr.toLowerCase(Locale.ROOT);
        if (isUnknown(text)) {
            return Meaning.UNKNOWN_CONTAINER;
        }
        if (text.contains("cannot start an already running") || text.contains("exec.fifo")) {
            return Meaning.ALREADY_STARTED;
        }
        if (text.contains("paused container") || text.contains("is paused")) {
            return Meaning.PAUSED;
        }
        if (text.contains("container not paused") || text.contains("is not paused")) {
            return Meaning.NOT_PAUSED;
        }
        if (text.contains("executable file") || text.contains("unable to start container process: exec:")) {
            return Meaning.NO_SUCH_COMMAND;
        }
        return isNotRunning(text) ? Meaning.NOT_RUNNING : Meaning.OTHER;
    }

    private static boolean isUnknown(String text) {
        // crun names the status file that it misses: error opening file `<root>/<id>/status`: No such file or directory
        return text.contains("container does not exist")
                || (text.contains("/status`") && text.contains("no such file or directory"));
    }

    private static boolean isNotRunning(String text) {
        return text.contains("no such process")
                || text.contains("container not running")
                || text.contains("is not running")
                || text.contains("stopped container")
                || text.contains("container that has stopped")
                || text.contains("invalid process");
    }

    /**
     * The text as a sentence for people: without the decoration of log lines ({@code time="..." level=error msg="..."}, or a
     * leading timestamp), lines joined, bounded in length.
     */
    public static String readable(String stderr) {
        var sentence = new StringBuilder();
        for (String line : COLOUR.matcher(stderr).replaceAll("").strip().split("\n")) {
            String text = undecorated(line.strip());
            if (!text.isEmpty()) {
                sentence.append(sentence.isEmpty() ? "" : "; ").append(text);
            }
        }
        return sentence.length() <= LONGEST
                ? sentence.toString()
                : "..." + sentence.substring(sentence.length() - LONGEST);
    }

    private static String undecorated(String line) {
        int message = line.indexOf(" msg=");
        if (line.startsWith("time=") && message >= 0) {
            return unquoted(line.substring(message + 5));
        }
        int space = line.indexOf(' ');
        boolean stamped = space > 19 && line.charAt(4) == '-' && line.charAt(10) == 'T';
        return stamped ? line.substring(space + 1) : line;
    }

    private static String unquoted(String text) {
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            return text;
        }
        return text.substring(1, text.length() - 1)
                .replace("\\n", " ")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
    }
}

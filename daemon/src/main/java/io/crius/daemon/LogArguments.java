package io.crius.daemon;

import io.crius.daemon.log.LogFormat;
import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The flags that say where the log goes, and what is left of the command line without them.
 *
 * @param file {@code --log}: standard error where it is not given
 * @param format {@code --log-format}
 */
record LogArguments(Optional<Path> file, LogFormat format, List<String> rest) {
    private static final String FILE = "--log";
    private static final String FORMAT = "--log-format";

    LogArguments {
        rest = List.copyOf(rest);
    }

    /** @throws CriusException.InvalidArgument for a flag without its value or with a wrong one */
    static LogArguments parse(List<String> arguments) {
        Optional<Path> file = Optional.empty();
        LogFormat format = LogFormat.TEXT;
        List<String> rest = new ArrayList<>();
        Iterator<String> each = arguments.iterator();
        while (each.hasNext()) {
            String argument = each.next();
            if (isFlag(argument, FILE)) {
                file = Optional.of(Path.of(value(argument, each)));
            } else if (isFlag(argument, FORMAT)) {
                format = format(value(argument, each));
            } else {
                rest.add(argument);
            }
        }
        return new LogArguments(file, format, rest);
    }

    private static boolean isFlag(String argument, String flag) {
        return argument.equals(flag) || argument.startsWith(flag + "=");
    }

    private static String value(String argument, Iterator<String> rest) {
        int equals = argument.indexOf('=');
        if (equals >= 0) {
            return argument.substring(equals + 1);
        }
        if (!rest.hasNext()) {
            throw new CriusException.InvalidArgument("command line: " + argument + " needs a value");
        }
        return rest.next();
    }

    private static LogFormat format(String word) {
        return LogFormat.of(word)
                .orElseThrow(() -> new CriusException.InvalidArgument(
                        "command line: " + FORMAT + " expects text or json, found \"" + word + "\""));
    }
}

package io.crius.daemon.cli.ctl.session;

import io.crius.daemon.cli.ctl.line.Given;
import io.crius.model.CriusException;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The parts of filters that the CRI does not know: patterns for names, and the latest few. */
public final class Selection {
    private Selection() {}

    /** The pattern of a flag; without the flag, one that finds itself everywhere. */
    public static Pattern pattern(Given given, String flag) {
        String pattern = given.text(flag, "");
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new CriusException.InvalidArgument(
                    "--" + flag + ": \"" + pattern + "\" is no regular expression: " + e.getDescription(), e);
        }
    }

    /** Newest first, and no more than {@code --last} or {@code --latest} say. */
    public static <T> List<T> newest(Given given, List<T> all, ToLongFunction<T> created) {
        long last = given.number("last").orElse(0);
        long most = last > 0 ? last : given.on("latest") ? 1 : Long.MAX_VALUE;
        return all.stream()
                .sorted(Comparator.comparingLong(created).reversed())
                .limit(most)
                .toList();
    }

    /** Whether only a part was asked for without a word on states: then all states count. */
    public static boolean isLatest(Given given) {
        return given.on("latest") || given.number("last").orElse(0) > 0;
    }
}

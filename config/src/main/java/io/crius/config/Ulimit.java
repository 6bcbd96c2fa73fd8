package io.crius.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A resource limit, written {@code nofile=1024:2048}.
 *
 * @param name lower case, without {@code RLIMIT_}
 * @param soft -1 is no limit
 * @param hard -1 is no limit
 */
public record Ulimit(String name, long soft, long hard) {
    private static final Pattern SYNTAX = Pattern.compile("([a-z]+)=(-1|\\d{1,18})(?::(-1|\\d{1,18}))?");

    static List<Ulimit> read(RawValue raw) throws BadValueException {
        List<Ulimit> limits = new ArrayList<>();
        for (String text : ValueType.readTexts(raw)) {
            limits.add(parse(text));
        }
        return List.copyOf(limits);
    }

    private static Ulimit parse(String text) throws BadValueException {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new BadValueException(
                    "expected name=soft:hard such as \"nofile=1024:2048\", found " + Toml.quote(text));
        }
        long soft = Long.parseLong(matcher.group(2));
        long hard = matcher.group(3) == null ? soft : Long.parseLong(matcher.group(3));
        if (hard >= 0 && (soft < 0 || soft > hard)) {
            throw new BadValueException("expected a soft limit up to the hard one, found " + Toml.quote(text));
        }
        return new Ulimit(matcher.group(1), soft, hard);
    }

    @Override
    public String toString() {
        return name + "=" + soft + ":" + hard;
    }
}

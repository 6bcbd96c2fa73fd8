package io.crius.daemon.cli.ctl.session;

import java.util.Map;
import java.util.TreeMap;

/** Lines of one object for people: {@code Key: value}, and maps below their heading. */
public final class Details {
    private final StringBuilder text = new StringBuilder();

    public Details line(String key, Object value) {
        text.append(key).append(": ").append(value).append('\n');
        return this;
    }

    /** The line, unless there is nothing to say. */
    public Details lineIfSaid(String key, String value) {
        return value.isEmpty() ? this : line(key, value);
    }

    public Details map(String key, Map<String, String> map) {
        if (!map.isEmpty()) {
            text.append(key).append(":\n");
            new TreeMap<>(map)
                    .forEach((name, value) -> text.append('\t')
                            .append(name)
                            .append(" -> ")
                            .append(value)
                            .append('\n'));
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

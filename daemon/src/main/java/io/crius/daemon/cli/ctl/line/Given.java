package io.crius.daemon.cli.ctl.line;

import io.crius.model.CriusException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was given on a command line.
 *
 * @param values by the long names of flags, in the order given; of a switch it is {@code true} or {@code false}
 */
public record Given(Map<String, List<String>> values, List<String> arguments) {
    public Given {
        values = Map.copyOf(values);
        arguments = List.copyOf(arguments);
    }

    public boolean has(String flag) {
        return values.containsKey(flag);
    }

    /** Whether the switch is on. */
    public boolean on(String flag) {
        return text(flag).map(value -> value.equals("true")).orElse(false);
    }

    /** The last value. */
    public Optional<String> text(String flag) {
        return Optional.ofNullable(values.get(flag)).map(List::getLast);
    }

    public String text(String flag, String otherwise) {
        return text(flag).orElse(otherwise);
    }

    public OptionalLong number(String flag) {
        Optional<String> text = text(flag);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text.get()));
        } catch (NumberFormatException _) {
            throw new CriusException.InvalidArgument("--" + flag + ": \"" + text.get() + "\" is not a whole number");
        }
    }

    public Optional<Duration> duration(String flag) {
        return text(flag)
                .map(value -> Durations.parse(value)
                        .orElseThrow(() -> new CriusException.InvalidArgument(
                                "--" + flag + ": \"" + value + "\" is no duration such as 10s or 1h30m")));
    }

    /** All pairs of a flag. */
    public Map<String, String> pairs(String flag) {
        var pairs = new LinkedHashMap<String, String>();
        for (String pair : values.getOrDefault(flag, List.of())) {
            int sign = pair.indexOf('=');
            if (sign < 1) {
                throw new CriusException.InvalidArgument("--" + flag + ": \"" + pair + "\" is not KEY=VALUE");
            }
            pairs.put(pair.substring(0, sign), pair.substring(sign + 1));
        }
        return pairs;
    }

    public List<String> texts(String flag) {
        return values.getOrDefault(flag, List.of());
    }

    /** The arguments, which are so many. */
    public List<String> arguments(int least, int most, String what) {
        if (arguments.size() < least || arguments.size() > most) {
            throw new CriusException.InvalidArgument(what + " needed, not "
                    + (arguments.isEmpty() ? "nothing" : "\"" + String.join(" ", arguments) + "\""));
        }
        return arguments;
    }

    /** The arguments, of which there is at least one. */
    public List<String> some(String what) {
        return arguments(1, Integer.MAX_VALUE, "at least one " + what + " is");
    }

    /** Refuses arguments. */
    public void none() {
        if (!arguments.isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "no arguments are taken, but there is \"" + String.join(" ", arguments) + "\"");
        }
    }
}

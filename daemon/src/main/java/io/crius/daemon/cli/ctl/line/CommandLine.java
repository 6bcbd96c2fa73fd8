package io.crius.daemon.cli.ctl.line;

import io.crius.model.CriusException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a command line apart. Compat: long names with one dash or two, values behind {@code =} or as the next word, short
 * switches in one word ({@code -it}); {@code --} ends the flags. For one thread, once.
 */
public final class CommandLine {
    private final List<Flag> flags;
    private final boolean ownFlagsOnly;
    private final Deque<String> rest;
    private final Map<String, List<String>> values = new HashMap<>();
    private final List<String> arguments = new ArrayList<>();

    private CommandLine(List<Flag> flags, boolean ownFlagsOnly, List<String> words) {
        this.flags = flags;
        this.ownFlagsOnly = ownFlagsOnly;
        this.rest = new ArrayDeque<>(words);
    }

    /** @throws CriusException.InvalidArgument for a flag that does not exist or lacks its value */
    public static Given parse(Usage usage, List<String> words) {
        return parse(usage.flags(), usage.ownFlagsOnly(), words);
    }

    /** As {@link #parse(Usage, List)}; with {@code ownFlagsOnly} all behind the first argument is arguments. */
    public static Given parse(List<Flag> flags, boolean ownFlagsOnly, List<String> words) {
        return new CommandLine(flags, ownFlagsOnly, words).parse();
    }

    private Given parse() {
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            if (word.equals("--")) {
                arguments.addAll(rest);
                rest.clear();
            } else if (word.length() > 1 && word.startsWith("-")) {
                flag(word);
            } else {
                arguments.add(word);
                if (ownFlagsOnly) {
                    arguments.addAll(rest);
                    rest.clear();
                }
            }
        }
        return new Given(values, arguments);
    }

    private void flag(String word) {
        String name = word.substring(word.startsWith("--") ? 2 : 1);
        int sign = name.indexOf('=');
        Optional<String> value = sign < 0 ? Optional.empty() : Optional.of(name.substring(sign + 1));
        String key = sign < 0 ? name : name.substring(0, sign);
        Optional<Flag> known = flags.stream()
                .filter(flag -> flag.name().equals(key) || (key.length() == 1 && flag.letter() == key.charAt(0)))
                .findFirst();
        if (known.isPresent()) {
            put(known.get(), value.orElseGet(() -> known.get().takesValue() ? next(word) : "true"));
        } else if (word.startsWith("--")) {
            throw unknown(word);
        } else {
            letters(word);
        }
    }

    /** Short flags in one word; the last one may take a value. */
    private void letters(String word) {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            Flag flag = flags.stream()
                    .filter(one -> one.letter() == letter)
                    .findFirst()
                    .orElseThrow(() -> unknown(word));
            if (flag.takesValue()) {
                String tail = word.substring(i + 1);
                put(flag, tail.isEmpty() ? next(word) : tail.startsWith("=") ? tail.substring(1) : tail);
                return;
            }
            put(flag, "true");
        }
    }

    private void put(Flag flag, String value) {
        values.computeIfAbsent(flag.name(), _ -> new ArrayList<>()).add(value);
    }

    private String next(String word) {
        if (rest.isEmpty()) {
            throw new CriusException.InvalidArgument("the flag " + word + " lacks its value");
        }
        return rest.removeFirst();
    }

    private static CriusException unknown(String word) {
        return new CriusException.InvalidArgument("there is no flag " + word + "; --help lists them");
    }
}

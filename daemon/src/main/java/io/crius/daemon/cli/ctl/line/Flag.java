package io.crius.daemon.cli.ctl.line;

/**
 * A flag.
 *
 * @param letter its short form; 0 where it has none
 */
public record Flag(String name, char letter, Kind kind, String help) {
    /** What stands behind a flag. */
    public enum Kind {
        /** Nothing: it is there or not. */
        SWITCH(""),
        TEXT("TEXT"),
        NUMBER("N"),
        /** As Go writes it, or whole seconds. */
        DURATION("DURATION"),
        /** Key and value; it may come often. */
        PAIR("KEY=VALUE");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    private static final char NONE = 0;

    public static Flag on(String name, char letter, String help) {
        return new Flag(name, letter, Kind.SWITCH, help);
    }

    public static Flag on(String name, String help) {
        return on(name, NONE, help);
    }

    public static Flag text(String name, char letter, String help) {
        return new Flag(name, letter, Kind.TEXT, help);
    }

    public static Flag text(String name, String help) {
        return text(name, NONE, help);
    }

    public static Flag number(String name, char letter, String help) {
        return new Flag(name, letter, Kind.NUMBER, help);
    }

    public static Flag number(String name, String help) {
        return number(name, NONE, help);
    }

    public static Flag duration(String name, char letter, String help) {
        return new Flag(name, letter, Kind.DURATION, help);
    }

    public static Flag duration(String name, String help) {
        return duration(name, NONE, help);
    }

    public static Flag pair(String name, char letter, String help) {
        return new Flag(name, letter, Kind.PAIR, help);
    }

    public static Flag pair(String name, String help) {
        return pair(name, NONE, help);
    }

    boolean takesValue() {
        return kind != Kind.SWITCH;
    }

    /** One line of the help. */
    String usage() {
        String head = (letter == NONE ? "    " : "-" + letter + ", ") + "--" + name;
        String value = kind.word.isEmpty() ? "" : " " + kind.word;
        return "  %-28s %s%n".formatted(head + value, help);
    }
}

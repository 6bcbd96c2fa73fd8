package io.crius.daemon.cli.ctl.line;

import java.util.List;

/**
 * What a command takes.
 *
 * @param arguments as the help shows them
 * @param ownFlagsOnly whether flags end at the first argument, since what follows is another program's
 */
public record Usage(String name, String arguments, String summary, boolean ownFlagsOnly, List<Flag> flags) {
    public Usage {
        flags = List.copyOf(flags);
    }

    public static Usage of(String name, String arguments, String summary, Flag... flags) {
        return new Usage(name, arguments, summary, false, List.of(flags));
    }

    /** The same with flags that end at the first argument. */
    public Usage withOwnFlagsOnly() {
        return new Usage(name, arguments, summary, true, flags);
    }

    /** The help of the command. */
    public String text() {
        var text = new StringBuilder()
                .append(summary)
                .append("\n\nUsage: crius ctl ")
                .append(name)
                .append(flags.isEmpty() ? "" : " [flags]")
                .append(arguments.isEmpty() ? "" : " " + arguments)
                .append('\n');
        if (!flags.isEmpty()) {
            text.append("\nFlags:\n");
            flags.forEach(flag -> text.append(flag.usage()));
        }
        return text.toString();
    }
}

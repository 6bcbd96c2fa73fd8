package io.crius.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes a configuration as a file that can be read again, with each option explained. */
public final class ConfigPrinter {
    private static final int WIDTH = 100;

    /** What {@link #print} adds or leaves out. */
    public enum Detail {
        /** Behind each value that is set, where it comes from. */
        ORIGINS,
        /** Only what differs from the defaults. */
        DIFFERENCES
    }

    private final Set<Detail> details;

    public ConfigPrinter(Set<Detail> details) {
        this.details = Set.copyOf(details);
    }

    /** The configuration; values that are as built in are commented out, as CRI-O prints them. */
    public String print(CriusConfig config) {
        List<String> lines = new ArrayList<>();
        for (Settings table : config.tables()) {
            print(table, lines);
        }
        return String.join("\n", lines) + "\n";
    }

    private void print(Settings table, List<String> lines) {
        List<Setting<?>> shown = shown(table);
        if (shown.isEmpty() && details.contains(Detail.DIFFERENCES)) {
            return;
        }
        if (!lines.isEmpty()) {
            lines.add("");
        }
        comment(table.schema().summary(), lines);
        lines.add("[" + header(table) + "]");
        for (Setting<?> setting : shown) {
            print(setting, lines);
        }
    }

    private List<Setting<?>> shown(Settings table) {
        return details.contains(Detail.DIFFERENCES)
                ? table.all().stream().filter(Setting::differsFromDefault).toList()
                : table.all();
    }

    private <T> void print(Setting<T> setting, List<String> lines) {
        Option<T> option = setting.option();
        if (!details.contains(Detail.DIFFERENCES)) {
            lines.add("");
            comment(explained(option), lines);
        }
        String line = Toml.key(option.key()) + " = " + option.type().toToml(setting.value());
        String origin = details.contains(Detail.ORIGINS) ? "  # " + setting.origin() : "";
        lines.add((setting.differsFromDefault() ? "" : "# ") + line + origin);
    }

    private static String explained(Option<?> option) {
        return switch (option.support()) {
            case HONOURED -> option.description();
            case PENDING -> option.description() + " (Not acted on in this version.)";
            case WITHOUT_EFFECT -> option.description() + " (Has no effect.)";
        };
    }

    private static void comment(String text, List<String> lines) {
        StringBuilder line = new StringBuilder("#");
        for (String word : text.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(1);
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
    }

    private static String header(Settings table) {
        if (!table.schema().isNamed()) {
            return table.table();
        }
        String prefix = table.schema().instance("");
        return prefix + Toml.key(table.table().substring(prefix.length()));
    }
}

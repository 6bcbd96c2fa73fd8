package io.crius.config;

import java.util.ArrayList;
import java.util.List;

/** Writes the reference of all options, {@code docs/configuration.md}. */
public final class ConfigReference {
    private ConfigReference() {}

    public static String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add(INTRODUCTION);
        CriusConfig.SCHEMAS.forEach(schema -> describe(schema, lines));
        return String.join("\n", lines) + "\n";
    }

    private static void describe(TableSchema schema, List<String> lines) {
        lines.add("## `[" + schema.name().replace(TableSchema.ANY, "<name>") + "]`");
        lines.add("");
        lines.add(schema.summary());
        lines.add("");
        lines.add("| option | type | default | meaning | in this version |");
        lines.add("|---|---|---|---|---|");
        schema.options().forEach(option -> lines.add(row(option)));
        lines.add("");
    }

    private static <T> String row(Option<T> option) {
        String meaning = option.description()
                + option.deprecation()
                        .map(instead -> " Instead: " + instead + ".")
                        .orElse("");
        List<String> cells = List.of(
                "`" + option.key() + "`",
                option.type().name(),
                "`" + option.type().toToml(option.defaultValue()) + "`",
                meaning,
                standing(option));
        return "| "
                + String.join(
                        " | ",
                        cells.stream().map(cell -> cell.replace("|", "\\|")).toList()) + " |";
    }

    private static String standing(Option<?> option) {
        return switch (option.support()) {
            case HONOURED -> option.deprecation().isPresent() ? "works, deprecated" : "works";
            case PENDING -> "read and checked only";
            case WITHOUT_EFFECT -> "no effect";
        };
    }

    private static final String INTRODUCTION = """
            # Configuration

            <!-- Written by ConfigReferenceTest from the option tables in the module `config`; do not edit. -->

            Crius reads the tables and keys of crio.conf(5). Sources, weakest first:

            1. the built-in defaults below;
            2. `graphroot`, `runroot`, `imagestore`, `driver` and the driver's options of `/etc/containers/storage.conf`;
            3. `/etc/crius/crius.conf`, or the file named by `--config`;
            4. every file below `/etc/crius/crius.conf.d` in lexical order, or below `<file>.d` beside the file named by
               `--config`, or below `--config-dir` (an empty `--config-dir` reads none);
            5. environment variables: `CONTAINER_` and the flag in capitals, such as `CONTAINER_LOG_LEVEL`;
            6. flags: each option's name with dashes, such as `--log-level debug`; `--set` sets any key, as in
               `--set 'crio.runtime.runtimes.kata.runtime_type="vm"'`.

            Where `/etc/crius` does not exist and `/etc/crio` does, that is read, and the log says so.

            Tables merge key by key, handlers and workloads by name. A later array replaces an earlier one, except
            `storage_option`, to which every source adds. An unknown key is a warning with its place and the key that was
            probably meant. Anything else that is wrong (syntax, types, ranges, contradictions) is refused, all of it at once.

            `crius config` prints the configuration in force, `--origin` with the place each value comes from, `--diff` only
            what differs from the defaults, `--default` the defaults; `--check` only checks.
            """;
}

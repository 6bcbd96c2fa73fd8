package io.crius.daemon.cli;

import io.crius.config.ConfigArguments;
import io.crius.config.ConfigLoader;
import io.crius.config.ConfigPrinter;
import io.crius.config.ConfigPrinter.Detail;
import io.crius.config.CriusConfig;
import io.crius.config.LoadedConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code crius config}: what is configured, where it comes from, and whether it is right. */
final class ConfigCommand implements Command {
    private static final Path ETC = Path.of("/etc");

    private final Map<String, String> environment;

    ConfigCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public int run(List<String> arguments, PrintStream out) {
        List<String> rest = new ArrayList<>(arguments);
        Set<Detail> details = EnumSet.noneOf(Detail.class);
        if (rest.remove("--origin")) {
            details.add(Detail.ORIGINS);
        }
        if (rest.remove("--diff")) {
            details.add(Detail.DIFFERENCES);
        }
        boolean builtIn = rest.remove("--default");
        boolean checkOnly = rest.remove("--check");
        LoadedConfig loaded = ConfigLoader.load(ConfigArguments.parse(rest, environment, ETC));
        loaded.warnings().forEach(warning -> out.println("# " + warning));
        loaded.notHonoured()
                .forEach(setting -> out.println("# " + setting.origin() + ": " + setting.key()
                        + ": read, but this version does not act on it yet"));
        if (!checkOnly) {
            out.print(new ConfigPrinter(details).print(builtIn ? CriusConfig.defaults() : loaded.config()));
        }
        return 0;
    }
}

package io.crius.config;

import io.crius.model.CriusException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The part of a command line that is about configuration: {@code --config} and {@code --config-dir}, {@code --set}, and
 * one flag per option, named as in CRI-O. For one thread.
 */
public final class ConfigArguments {
    private static final Map<String, String> SHORT =
            Map.of("-c", "--config", "-d", "--config-dir", "-l", "--log-level");

    private final Path etc;
    private final List<ConfigSources.Flag> flags = new ArrayList<>();
    private Optional<String> file = Optional.empty();
    private Optional<String> dropIns = Optional.empty();

    private ConfigArguments(Path etc) {
        this.etc = etc;
    }

    /**
     * Reads the arguments and settles which files count.
     *
     * @param etc {@code /etc}, or a folder that takes its place
     * @throws CriusException.InvalidArgument for a flag that does not exist or lacks its value
     */
    public static ConfigSources parse(List<String> arguments, Map<String, String> environment, Path etc) {
        ConfigArguments parsed = new ConfigArguments(etc);
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            parsed.take(rest.next(), rest);
        }
        return parsed.sources(environment);
    }

    private void take(String argument, Iterator<String> rest) {
        String flag = SHORT.getOrDefault(argument, argument);
        if (!flag.startsWith("--") || flag.length() == 2) {
            throw new CriusException.InvalidArgument("command line: unexpected argument \"" + argument + "\"");
        }
        int equals = flag.indexOf('=');
        String name = equals < 0 ? flag.substring(2) : flag.substring(2, equals);
        requireKnown(name);
        String value = equals >= 0 ? flag.substring(equals + 1) : valueOf(name, rest);
        switch (name) {
            case "config" -> file = Optional.of(value);
            case "config-dir" -> dropIns = Optional.of(value);
            default -> flags.add(new ConfigSources.Flag(name, value));
        }
    }

    private static String valueOf(String name, Iterator<String> rest) {
        if (Flags.target(name)
                .filter(target -> target.option().type().isSwitch())
                .isPresent()) {
            return "true";
        }
        if (!rest.hasNext()) {
            throw new CriusException.InvalidArgument("command line: --" + name + " needs a value");
        }
        return rest.next();
    }

    private static void requireKnown(String name) {
        List<String> own = List.of("config", "config-dir", Flags.SET);
        if (!own.contains(name) && Flags.target(name).isEmpty()) {
            List<String> known = Stream.concat(
                            own.stream(),
                            Flags.targets().stream()
                                    .map(target -> target.option().flag()))
                    .map(flag -> "--" + flag)
                    .toList();
            throw new CriusException.InvalidArgument(
                    "command line: no such flag --" + name + Suggestion.among(known, "--" + name));
        }
    }

    private ConfigSources sources(Map<String, String> environment) {
        Optional<Path> storage = Optional.of(etc.resolve("containers/storage.conf"));
        if (file.isPresent()) {
            Path named = Path.of(file.get()).toAbsolutePath();
            Path beside = named.resolveSibling(named.getFileName() + ".d");
            return new ConfigSources(storage, Optional.of(named), dropInsOr(beside), environment, flags, List.of());
        }
        boolean ours = Files.isDirectory(etc.resolve("crius"));
        boolean theirs = Files.isDirectory(etc.resolve("crio"));
        Path folder = etc.resolve(!ours && theirs ? "crio" : "crius");
        String name = !ours && theirs ? "crio.conf" : "crius.conf";
        List<String> remarks = !ours && theirs
                ? List.of(
                        etc.resolve("crius") + " does not exist: the configuration of CRI-O in " + folder + " is used")
                : List.of();
        return new ConfigSources(
                storage,
                Optional.of(folder.resolve(name)).filter(Files::exists),
                dropInsOr(folder.resolve(name + ".d")),
                environment,
                flags,
                remarks);
    }

    /** An empty {@code --config-dir} asks for no drop-ins at all. */
    private Optional<Path> dropInsOr(Path standard) {
        if (dropIns.isEmpty()) {
            return Optional.of(standard);
        }
        return dropIns.filter(text -> !text.isEmpty()).map(text -> Path.of(text).toAbsolutePath());
    }
}

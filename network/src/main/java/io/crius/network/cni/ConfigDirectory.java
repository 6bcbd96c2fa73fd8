package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the networks of a configuration directory, and says of each file that it does not take why. */
final class ConfigDirectory {
    private static final Set<String> ENDINGS = Set.of(".conf", ".conflist", ".json");
    private static final long LARGEST_FILE = 1 << 20;

    /** What a directory holds at one moment. */
    record Scan(
            Map<Path, NetworkList> networks,
            Map<Path, String> rejected,
            Optional<String> unreadable,
            Footprint footprint,
            Set<Path> directories,
            boolean settled) {}

    private final Path directory;
    private final PluginDirectories plugins;
    private final PluginVersions versions;

    ConfigDirectory(Path directory, PluginDirectories plugins, PluginVersions versions) {
        this.directory = directory;
        this.plugins = plugins;
        this.versions = versions;
    }

    /** Reads everything. Runs plugins it has not met before, to learn which versions they support. */
    Scan scan() throws InterruptedException {
        var scan = new Scanning();
        scan.run();
        return scan.result();
    }

    /** One scan under way. */
    private final class Scanning {
        private final Footprint footprint = new Footprint();
        private final Map<Path, NetworkList> networks = new LinkedHashMap<>();
        private final Map<Path, String> rejected = new LinkedHashMap<>();
        private final Map<String, Path> fileByName = new LinkedHashMap<>();
        private final Set<Path> directories = new LinkedHashSet<>();
        private Optional<String> unreadable = Optional.empty();
        private boolean settled = true;

        void run() throws InterruptedException {
            directories.add(directory);
            directories.addAll(plugins.directories());
            List<Path> files;
            try {
                files = list(directory, ENDINGS);
            } catch (IOException e) {
                unreadable = Optional.of(describe(e));
                return;
            }
            for (Path file : files) {
                read(file);
            }
        }

        Scan result() {
            return new Scan(networks, rejected, unreadable, footprint, directories, settled);
        }

        private void read(Path file) throws InterruptedException {
            try {
                NetworkParser.Draft draft = draft(file);
                Path earlier = fileByName.putIfAbsent(draft.name(), file);
                if (earlier != null) {
                    throw bad("network \"" + draft.name() + "\" is already defined by " + earlier.getFileName());
                }
                networks.put(file, draft.in(versions.choose(draft)));
            } catch (CriusException.InvalidArgument e) {
                rejected.put(file, e.getMessage());
            } catch (CriusException.Unavailable e) {
                settled = false;
                rejected.put(file, e.getMessage());
            } catch (IOException e) {
                rejected.put(file, describe(e));
            }
        }

        private NetworkParser.Draft draft(Path file) throws IOException {
            JsonObject json = parse(file);
            boolean isList = file.toString().endsWith(".conflist");
            NetworkParser.Draft draft = isList ? NetworkParser.list(json) : NetworkParser.single(json);
            if (!draft.onlyInlined()) {
                draft = draft.withMore(folder(directory.resolve(draft.name())));
            }
            if (draft.plugins().isEmpty()) {
                throw bad("it has no plugins");
            }
            draft.plugins().forEach(this::requireProgram);
            return draft;
        }

        /** Spec: section 1, plugin files of the folder named like the network come after the inlined ones. */
        private List<PluginConfig> folder(Path folder) throws IOException {
            if (!Files.isDirectory(folder)) {
                footprint.add(folder);
                return List.of();
            }
            directories.add(folder);
            var found = new ArrayList<PluginConfig>();
            for (Path file : list(folder, Set.of(".conf"))) {
                try {
                    found.add(NetworkParser.plugin(parse(file)));
                } catch (CriusException.InvalidArgument e) {
                    throw new CriusException.InvalidArgument(
                            folder.getFileName() + "/" + file.getFileName() + ": " + e.getMessage(), e);
                }
            }
            return found;
        }

        private void requireProgram(PluginConfig plugin) {
            plugins.candidates(plugin.type()).forEach(footprint::add);
            if (plugins.find(plugin.type()).isEmpty()) {
                throw bad("plugin \"" + plugin.type() + "\" is not in " + plugins.described());
            }
        }

        private JsonObject parse(Path file) throws IOException {
            footprint.add(file);
            if (Files.size(file) > LARGEST_FILE) {
                throw bad("it is larger than " + LARGEST_FILE + " bytes");
            }
            return Json.parseObject(Files.readAllBytes(file), "its text");
        }

        private List<Path> list(Path folder, Set<String> endings) throws IOException {
            footprint.add(folder);
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(file -> hasEnding(file, endings))
                        .sorted((a, b) -> a.toString().compareTo(b.toString()))
                        .toList();
            }
        }
    }

    private static boolean hasEnding(Path file, Set<String> endings) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot >= 0 && endings.contains(name.substring(dot));
    }

    private static String describe(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "it does not exist";
            case NotDirectoryException _ -> "it is not a directory";
            default -> e.toString();
        };
    }

    private static CriusException.InvalidArgument bad(String why) {
        return new CriusException.InvalidArgument(why);
    }
}

package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of the specification each plugin supports, asked once for each program as long as its file stays the same.
 * Not thread-safe: it belongs to the thread that scans the configuration.
 */
final class PluginVersions {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final JsonObject QUESTION =
            JsonObject.builder().put("cniVersion", CniVersion.NEWEST.toString()).build();

    private record Program(Path path, @Nullable Object inode, FileTime modified, long size) {}

    private final PluginRunner runner;
    private final PluginDirectories directories;
    private final Map<Program, Set<CniVersion>> known = new HashMap<>();

    PluginVersions(PluginRunner runner, PluginDirectories directories) {
        this.runner = runner;
        this.directories = directories;
    }

    /**
     * The newest of the configuration's versions that all its plugins support.
     *
     * @throws CriusException.InvalidArgument when there is none
     * @throws CriusException.Unavailable when a plugin did not answer; asking again later may help
     */
    CniVersion choose(NetworkParser.Draft draft) throws InterruptedException, IOException {
        var supported = new HashMap<String, Set<CniVersion>>();
        for (PluginConfig plugin : draft.plugins()) {
            if (!supported.containsKey(plugin.type())) {
                supported.put(plugin.type(), supportedBy(draft.name(), plugin.type()));
            }
        }
        return draft.versions().stream()
                .filter(version -> supported.values().stream().allMatch(set -> set.contains(version)))
                .findFirst()
                .orElseThrow(() -> mismatch(draft, supported));
    }

    private Set<CniVersion> supportedBy(String network, String type) throws InterruptedException, IOException {
        Path path = directories
                .find(type)
                .orElseThrow(() -> new CriusException.InvalidArgument("plugin \"" + type + "\" went away"));
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        var program = new Program(path, attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        Set<CniVersion> versions = known.get(program);
        if (versions == null) {
            versions = ask(network, type);
            known.keySet().removeIf(other -> other.path().equals(path));
            known.put(program, versions);
        }
        return versions;
    }

    private Set<CniVersion> ask(String network, String type) throws InterruptedException {
        try {
            JsonObject answer = runner.runForObject(PluginCall.version(network, type, QUESTION), Deadline.after(LIMIT));
            var versions = new HashSet<CniVersion>();
            for (String text : answer.strings("supportedVersions")) {
                CniVersion.parse(text).ifPresent(versions::add);
            }
            return versions;
        } catch (PluginFailure e) {
            if (e.text().contains("unknown CNI_COMMAND: VERSION")) {
                // Spec: VERSION came with 0.2.0; who does not know it is from before.
                return Set.of(CniVersion.OLDEST);
            }
            throw new CriusException.Unavailable(e.text(), e);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    "plugin \"" + type + "\" answered VERSION with nonsense: " + e.getMessage(), e);
        }
    }

    private static CriusException.InvalidArgument mismatch(
            NetworkParser.Draft draft, Map<String, Set<CniVersion>> supported) {
        var parts = supported.entrySet().stream()
                .filter(entry -> draft.versions().stream().noneMatch(entry.getValue()::contains))
                .map(entry -> "plugin \"" + entry.getKey() + "\" supports only "
                        + entry.getValue().stream()
                                .sorted()
                                .map(CniVersion::toString)
                                .toList())
                .toList();
        String why = parts.isEmpty() ? "no version is supported by all of its plugins" : String.join("; ", parts);
        return new CriusException.InvalidArgument("it is of CNI version " + join(draft.versions()) + ", but " + why);
    }

    private static String join(List<CniVersion> versions) {
        return String.join(" or ", versions.stream().map(CniVersion::toString).toList());
    }
}

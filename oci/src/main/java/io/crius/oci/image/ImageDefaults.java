package io.crius.oci.image;

import io.crius.oci.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an image says about containers made from it: the {@code config} object of its config.
 *
 * @param user as "1000", "1000:1000", "nobody", "nobody:nogroup"; empty is root
 * @param env entries of the form {@code NAME=value}
 * @param workingDir empty is {@code /}
 * @param volumes paths in the container, sorted
 * @param exposedPorts as "80/tcp", sorted
 * @param stopSignal a name or number as its author wrote it
 */
public record ImageDefaults(
        String user,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        Set<String> volumes,
        Set<String> exposedPorts,
        Map<String, String> labels,
        Optional<String> stopSignal) {
    public static final ImageDefaults NONE =
            new ImageDefaults("", List.of(), List.of(), List.of(), "", Set.of(), Set.of(), Map.of(), Optional.empty());

    public ImageDefaults {
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        volumes = sorted(volumes);
        exposedPorts = sorted(exposedPorts);
        labels = Map.copyOf(labels);
    }

    private static SortedSet<String> sorted(Set<String> names) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }

    static ImageDefaults fromJson(JsonObject json) {
        return new ImageDefaults(
                json.string("User").orElse(""),
                json.strings("Env"),
                json.strings("Entrypoint"),
                json.strings("Cmd"),
                json.string("WorkingDir").orElse(""),
                keys(json, "Volumes"),
                keys(json, "ExposedPorts"),
                json.stringMap("Labels"),
                json.string("StopSignal").filter(signal -> !signal.isEmpty()));
    }

    /** Go writes a set as an object of empty objects. */
    private static Set<String> keys(JsonObject json, String key) {
        return json.object(key).orElse(JsonObject.EMPTY).fields().keySet();
    }
}

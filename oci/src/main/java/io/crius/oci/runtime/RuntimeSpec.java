package io.crius.oci.runtime;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A {@code config.json}.
 *
 * @param annotations sorted
 * @param unknown the keys of the document that have no component here
 */
public record RuntimeSpec(
        String ociVersion,
        SpecProcess process,
        Optional<Root> root,
        Optional<String> hostname,
        List<SpecMount> mounts,
        Hooks hooks,
        Map<String, String> annotations,
        LinuxSpec linux,
        JsonObject unknown) {
    /** Compat: what CRI-O writes. For runtimes whose features say that they know it. */
    public static final String NEWEST_VERSION = "1.3.0";

    /**
     * Compat: what every runtime takes. Older ones, as the crun 1.8.1 of Debian 12, refuse anything but 1.0 with "unknown version
     * specified"; no runtime looks at the version for anything else.
     */
    public static final String SAFE_VERSION = "1.0.2";

    /** A spec that says nothing but {@link #SAFE_VERSION}: where a chain of steps begins. */
    public static final RuntimeSpec EMPTY = new RuntimeSpec(
            SAFE_VERSION,
            SpecProcess.NONE,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Hooks.NONE,
            Map.of(),
            LinuxSpec.NONE,
            JsonObject.EMPTY);

    private static final Set<String> KEYS =
            Set.of("ociVersion", "process", "root", "hostname", "mounts", "hooks", "annotations", "linux");

    public RuntimeSpec {
        mounts = List.copyOf(mounts);
        annotations = SortedCopy.of(annotations);
    }

    public RuntimeSpec withVersion(String newVersion) {
        return new RuntimeSpec(newVersion, process, root, hostname, mounts, hooks, annotations, linux, unknown);
    }

    public RuntimeSpec withProcess(UnaryOperator<SpecProcess.Builder> change) {
        return withProcess(process.with(change));
    }

    public RuntimeSpec withProcess(SpecProcess newProcess) {
        return new RuntimeSpec(ociVersion, newProcess, root, hostname, mounts, hooks, annotations, linux, unknown);
    }

    public RuntimeSpec withRoot(Root newRoot) {
        return new RuntimeSpec(
                ociVersion, process, Optional.of(newRoot), hostname, mounts, hooks, annotations, linux, unknown);
    }

    public RuntimeSpec withHostname(String newHostname) {
        return new RuntimeSpec(
                ociVersion, process, root, Optional.of(newHostname), mounts, hooks, annotations, linux, unknown);
    }

    public RuntimeSpec withMounts(List<SpecMount> newMounts) {
        return new RuntimeSpec(ociVersion, process, root, hostname, newMounts, hooks, annotations, linux, unknown);
    }

    public RuntimeSpec withHooks(Hooks newHooks) {
        return new RuntimeSpec(ociVersion, process, root, hostname, mounts, newHooks, annotations, linux, unknown);
    }

    public RuntimeSpec withHook(HookStage stage, Hook hook) {
        return withHooks(hooks.and(stage, hook));
    }

    public RuntimeSpec withAnnotations(Map<String, String> newAnnotations) {
        return new RuntimeSpec(ociVersion, process, root, hostname, mounts, hooks, newAnnotations, linux, unknown);
    }

    /** The spec with one annotation more, or with another value for it. */
    public RuntimeSpec withAnnotation(String key, String value) {
        var more = new TreeMap<>(annotations);
        more.put(key, value);
        return withAnnotations(more);
    }

    public RuntimeSpec withLinux(UnaryOperator<LinuxSpec.Builder> change) {
        return withLinux(linux.with(change));
    }

    public RuntimeSpec withLinux(LinuxSpec newLinux) {
        return new RuntimeSpec(ociVersion, process, root, hostname, mounts, hooks, annotations, newLinux, unknown);
    }

    public RuntimeSpec withResources(UnaryOperator<LinuxResources> change) {
        return withLinux(builder -> builder.resources(change.apply(linux.resources())));
    }

    /** Parses a config.json. */
    public static RuntimeSpec parse(byte[] utf8) {
        return fromJson(Json.parseObject(utf8, "config.json"));
    }

    public static RuntimeSpec fromJson(JsonObject json) {
        return new RuntimeSpec(
                json.requireString("ociVersion", "config.json"),
                json.object("process", SpecProcess::fromJson).orElse(SpecProcess.NONE),
                json.object("root", Root::fromJson),
                json.string("hostname"),
                json.objects("mounts", SpecMount::fromJson),
                json.object("hooks", Hooks::fromJson).orElse(Hooks.NONE),
                json.stringMap("annotations"),
                json.object("linux", LinuxSpec::fromJson).orElse(LinuxSpec.NONE),
                json.without(KEYS));
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("ociVersion", ociVersion)
                .put("process", Optional.of(process).filter(one -> !one.equals(SpecProcess.NONE)), SpecProcess::toJson)
                .put("root", root, Root::toJson)
                .put("hostname", hostname)
                .list("mounts", mounts, SpecMount::toJson)
                .object("hooks", hooks.toJson())
                .stringMap("annotations", annotations)
                .object("linux", linux.toJson())
                .putAll(unknown)
                .build();
    }

    /** The config.json, on one line. */
    public byte[] toBytes() {
        return Json.write(toJson()).getBytes(StandardCharsets.UTF_8);
    }
}

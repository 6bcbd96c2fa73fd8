package io.crius.oci.hook;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import io.crius.oci.runtime.Hook;
import io.crius.oci.runtime.HookStage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One hook, the containers it is for, and the stages at which it runs. Version 1.0.0 looks like this:
 *
 * <pre>
 * {"version": "1.0.0",
 *  "hook": {"path": "/usr/libexec/hook", "args": ["hook", "now"], "env": ["A=b"], "timeout": 10},
 *  "when": {"always": true, "annotations": {"^key$": "value"}, "commands": ["sh$"], "hasBindMounts": true},
 *  "stages": ["prestart"]}
 * </pre>
 */
public record HookFile(Hook hook, HookCondition when, Set<HookStage> stages) {
    private static final String CURRENT = "1.0.0";
    private static final String OLD = "0.1.0";

    public HookFile {
        stages = stages.isEmpty() ? Set.of() : java.util.Collections.unmodifiableSet(EnumSet.copyOf(stages));
    }

    /**
     * Parses a file.
     *
     * @param context names it in errors
     * @throws CriusException.InvalidArgument with what is wrong
     */
    public static HookFile parse(byte[] json, String context) {
        JsonObject object = Json.parseObject(json, context);
        String version = object.requireString("version", context);
        HookFile file = switch (version) {
            case CURRENT -> current(object, context);
            case OLD -> old(object, context);
            default ->
                throw new CriusException.InvalidArgument(
                        context + ": version \"" + version + "\" is not known, use \"" + CURRENT + "\"");
        };
        return checked(file, context);
    }

    private static HookFile current(JsonObject object, String context) {
        return new HookFile(
                Hook.fromJson(object.requireObject("hook", context)),
                object.object("when", HookCondition::fromJson)
                        .orElseThrow(() -> new CriusException.InvalidArgument(context + ": \"when\" is missing")),
                stages(object.strings("stages"), context));
    }

    /** Compat: the first version had the path alone for the hook, and one condition was enough. */
    private static HookFile old(JsonObject object, String context) {
        String path = object.requireString("hook", context);
        var args = new ArrayList<String>(List.of(path));
        args.addAll(object.strings("arguments"));
        Map<String, String> annotations = new LinkedHashMap<>();
        either(object, "annotation", "annotations").forEach(value -> annotations.put(".*", value));
        return new HookFile(
                new Hook(path, args, List.of(), OptionalInt.empty()),
                new HookCondition(
                        HookCondition.Need.ANY,
                        Optional.empty(),
                        annotations,
                        either(object, "cmd", "cmds"),
                        object.bool("hasbindmounts")),
                stages(either(object, "stage", "stages"), context));
    }

    private static List<String> either(JsonObject object, String one, String many) {
        return Stream.of(one, many)
                .flatMap(key -> object.value(key).stream().flatMap(value -> texts(object, key, value)))
                .toList();
    }

    private static Stream<String> texts(JsonObject object, String key, JsonValue value) {
        return value instanceof JsonString(String text) ? Stream.of(text) : object.strings(key).stream();
    }

    private static Set<HookStage> stages(List<String> names, String context) {
        Set<HookStage> stages = EnumSet.noneOf(HookStage.class);
        for (String name : names) {
            stages.add(Stream.of(HookStage.values())
                    .filter(stage -> stage.key().equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new CriusException.InvalidArgument(context + ": \"" + name + "\" is no stage of a hook")));
        }
        return stages;
    }

    private static HookFile checked(HookFile file, String context) {
        if (!Path.of(file.hook.path()).isAbsolute()) {
            throw new CriusException.InvalidArgument(
                    context + ": the path \"" + file.hook.path() + "\" of the hook is not absolute");
        }
        if (file.stages.isEmpty()) {
            throw new CriusException.InvalidArgument(context + ": it names no stage at which the hook runs");
        }
        return file;
    }
}

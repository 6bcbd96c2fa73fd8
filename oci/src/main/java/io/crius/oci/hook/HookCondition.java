package io.crius.oci.hook;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The containers that a hook is for. All that it names must hold, or one of it, by {@link Need}; a condition that names nothing
 * holds for no container.
 */
public final class HookCondition {
    /** How many of the named conditions must hold. */
    public enum Need {
        ALL,
        ANY
    }

    /**
     * What is asked about a container.
     *
     * @param annotations Kubernetes' annotations
     * @param command the first argument of its process
     * @param hasBindMounts whether the request asked for mounts of the node
     */
    public record Subject(Map<String, String> annotations, String command, boolean hasBindMounts) {
        public Subject {
            annotations = Map.copyOf(annotations);
        }
    }

    private record Annotation(Pattern key, Pattern value) {
        boolean holds(Map<String, String> annotations) {
            return annotations.entrySet().stream()
                    .anyMatch(entry -> key.matcher(entry.getKey()).find()
                            && value.matcher(entry.getValue()).find());
        }
    }

    private final Need need;
    private final Optional<Boolean> always;
    private final List<Annotation> annotations;
    private final List<Pattern> commands;
    private final Optional<Boolean> hasBindMounts;

    HookCondition(
            Need need,
            Optional<Boolean> always,
            Map<String, String> annotations,
            List<String> commands,
            Optional<Boolean> hasBindMounts) {
        this.need = need;
        this.always = always;
        this.annotations = annotations.entrySet().stream()
                .map(entry -> new Annotation(pattern(entry.getKey()), pattern(entry.getValue())))
                .toList();
        this.commands = commands.stream().map(HookCondition::pattern).toList();
        this.hasBindMounts = hasBindMounts;
    }

    static HookCondition fromJson(JsonObject json) {
        return new HookCondition(
                Need.ALL,
                json.bool("always"),
                json.stringMap("annotations"),
                json.strings("commands"),
                json.bool("hasBindMounts"));
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new CriusException.InvalidArgument(
                    "\"" + text + "\" is not a regular expression: " + e.getDescription(), e);
        }
    }

    /** Whether the hook is for this container. */
    public boolean holds(Subject subject) {
        var answers = new ArrayList<Boolean>();
        always.ifPresent(answers::add);
        // Compat: asked for false, a container with bind mounts does not match, and neither does one without.
        hasBindMounts.ifPresent(wanted -> answers.add(wanted && subject.hasBindMounts()));
        annotations.forEach(one -> answers.add(one.holds(subject.annotations())));
        if (!commands.isEmpty()) {
            answers.add(commands.stream()
                    .anyMatch(one -> one.matcher(subject.command()).find()));
        }
        return switch (need) {
            case ALL -> !answers.isEmpty() && !answers.contains(false);
            case ANY -> answers.contains(true);
        };
    }
}

package io.crius.oci.runtime;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.OptionalInt;

/**
 * An action for calls of some names whose arguments meet all conditions.
 *
 * @param errno what ERRNO returns; EPERM if absent
 */
public record SeccompRule(
        List<String> names, SeccompAction action, OptionalInt errno, List<SeccompArgument> arguments) {
    public SeccompRule {
        names = List.copyOf(names);
        arguments = List.copyOf(arguments);
    }

    SeccompRule notifying() {
        return switch (action) {
            case ERRNO, KILL, KILL_PROCESS, KILL_THREAD ->
                new SeccompRule(names, SeccompAction.NOTIFY, OptionalInt.empty(), arguments);
            case ALLOW, LOG, NOTIFY, TRACE, TRAP -> this;
        };
    }

    static SeccompRule fromJson(JsonObject json) {
        return new SeccompRule(
                json.strings("names"),
                json.string("action", SeccompAction::parse)
                        .orElseThrow(() -> new CriusException.InvalidArgument("\"action\" is missing")),
                json.integer32("errnoRet"),
                json.objects("args", SeccompArgument::fromJson));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .strings("names", names)
                .put("action", action.word())
                .put("errnoRet", errno)
                .list("args", arguments, SeccompArgument::toJson)
                .build();
    }
}

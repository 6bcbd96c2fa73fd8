package io.crius.oci.seccomp;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.SeccompAction;
import io.crius.oci.runtime.SeccompArgument;
import io.crius.oci.runtime.SeccompRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A rule and the containers it is for. */
record ProfileRule(SeccompRule rule, Condition includes, Condition excludes) {
    boolean applies(Set<String> bounding, String architecture) {
        return includes.included(bounding, architecture) && !excludes.excluded(bounding, architecture);
    }

    static ProfileRule fromJson(JsonObject json) {
        var rule = new SeccompRule(
                names(json),
                json.string("action", SeccompAction::parse)
                        .orElseThrow(() -> new CriusException.InvalidArgument("\"action\" is missing")),
                errno(json, "errno", "errnoRet"),
                json.objects("args", SeccompArgument::fromJson));
        return new ProfileRule(
                rule,
                json.object("includes", Condition::fromJson).orElse(Condition.NONE),
                json.object("excludes", Condition::fromJson).orElse(Condition.NONE));
    }

    private static List<String> names(JsonObject json) {
        Optional<String> one = json.string("name").filter(name -> !name.isEmpty());
        List<String> names = json.strings("names");
        if (one.isPresent() && !names.isEmpty()) {
            throw new CriusException.InvalidArgument("both \"name\" and \"names\" are given; use one of them");
        }
        return one.map(List::of).orElse(names);
    }

    /** The name beats the number. */
    static OptionalInt errno(JsonObject json, String nameKey, String numberKey) {
        Optional<String> name = json.string(nameKey).filter(text -> !text.isEmpty());
        return name.isPresent() ? OptionalInt.of(Errnos.number(name.get())) : json.integer32(numberKey);
    }
}

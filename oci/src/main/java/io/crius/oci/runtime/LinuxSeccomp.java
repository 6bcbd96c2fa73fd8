package io.crius.oci.runtime;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A seccomp filter as the OCI runtime takes it: no conditions on capabilities or architectures are left.
 *
 * @param architectures as {@code SCMP_ARCH_X86_64}; the native one alone if empty
 * @param listenerPath the socket that gets the notification descriptor
 */
public record LinuxSeccomp(
        SeccompAction defaultAction,
        OptionalInt defaultErrno,
        List<String> architectures,
        List<String> flags,
        Optional<String> listenerPath,
        Optional<String> listenerMetadata,
        List<SeccompRule> rules) {
    public LinuxSeccomp {
        architectures = List.copyOf(architectures);
        flags = List.copyOf(flags);
        rules = List.copyOf(rules);
    }

    public LinuxSeccomp withRules(List<SeccompRule> newRules) {
        return new LinuxSeccomp(
                defaultAction, defaultErrno, architectures, flags, listenerPath, listenerMetadata, newRules);
    }

    /**
     * A filter that tells a listener of each call that this one refuses by name; what no rule names keeps its answer.
     *
     * @param path of the socket on which the listener waits for the runtime
     */
    public LinuxSeccomp notifying(String path) {
        return new LinuxSeccomp(
                defaultAction,
                defaultErrno,
                architectures,
                flags,
                Optional.of(path),
                listenerMetadata,
                rules.stream().map(SeccompRule::notifying).toList());
    }

    static LinuxSeccomp fromJson(JsonObject json) {
        return new LinuxSeccomp(
                json.string("defaultAction", SeccompAction::parse)
                        .orElseThrow(() -> new CriusException.InvalidArgument("\"defaultAction\" is missing")),
                json.integer32("defaultErrnoRet"),
                json.strings("architectures"),
                json.strings("flags"),
                json.string("listenerPath"),
                json.string("listenerMetadata"),
                json.objects("syscalls", SeccompRule::fromJson));
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("defaultAction", defaultAction.word())
                .put("defaultErrnoRet", defaultErrno)
                .strings("architectures", architectures)
                .strings("flags", flags)
                .put("listenerPath", listenerPath)
                .put("listenerMetadata", listenerMetadata)
                .list("syscalls", rules, SeccompRule::toJson)
                .build();
    }
}

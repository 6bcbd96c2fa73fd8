package io.crius.image.trust.policy;

import java.util.List;
import java.util.Optional;

/** The keys of objects in policy.json that say where keys are: {@code keyPath}, {@code keyPaths}, {@code keyData}, ... */
final class KeyCodec {
    private KeyCodec() {}

    /** What stands under {@code prefix} with Path, Paths, Data or Datas; at most one of them may be there. */
    static Optional<KeySource> optional(StrictObject object, String prefix) {
        List<String> given = names(prefix).stream().filter(object::has).toList();
        if (given.size() > 1) {
            throw object.wrong("only one of " + String.join(", ", given) + " can be given");
        }
        return given.stream().findFirst().map(key -> read(object, prefix, key));
    }

    static KeySource required(StrictObject object, String prefix) {
        return optional(object, prefix)
                .orElseThrow(() -> object.wrong("one of " + String.join(", ", names(prefix)) + " is needed"));
    }

    private static List<String> names(String prefix) {
        return List.of(prefix + "Path", prefix + "Paths", prefix + "Data", prefix + "Datas");
    }

    private static KeySource read(StrictObject object, String prefix, String key) {
        return switch (key.substring(prefix.length())) {
            case "Path" -> new KeySource(List.of(object.path(object.required(key))), List.of());
            case "Paths" ->
                new KeySource(object.texts(key).stream().map(object::path).toList(), List.of());
            case "Data" -> new KeySource(List.of(), List.of(object.base64(object.required(key))));
            default ->
                new KeySource(
                        List.of(),
                        object.texts(key).stream().map(object::base64).toList());
        };
    }
}

package io.crius.daemon.cli.wire;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A message by its fields, in the order of the proto; {@code mapEntry} is one that stands for an entry of a map. */
record MessageType(String name, List<Field> fields, boolean mapEntry) {
    MessageType {
        fields = List.copyOf(fields);
    }

    Optional<Field> field(int number) {
        return fields.stream().filter(field -> field.number() == number).findFirst();
    }

    /** The field by its name in the proto or in JSON, in letters of either case, as crictl takes it. */
    Optional<Field> field(String key) {
        String wanted = plain(key);
        return fields.stream()
                .filter(field -> plain(field.name()).equals(wanted))
                .findFirst();
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}

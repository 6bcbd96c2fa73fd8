package io.crius.daemon.cli.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;

/** All messages and enumerations of the CRI by name, read from the descriptors that are packed beside the message classes. */
final class Schema {
    private static final String FILE = "/io/crius/cri/v1/api.desc";

    private final Map<String, MessageType> messages;
    private final Map<String, EnumType> enums;

    Schema(Map<String, MessageType> messages, Map<String, EnumType> enums) {
        this.messages = Map.copyOf(messages);
        this.enums = Map.copyOf(enums);
    }

    /** Takes some milliseconds. */
    static Schema load() {
        try (InputStream file = Schema.class.getResourceAsStream(FILE)) {
            return SchemaReader.read(Objects.requireNonNull(file, FILE + " is not in the program")
                    .readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException(FILE + " cannot be read", e);
        }
    }

    /** The message of this name with its package. */
    MessageType message(String name) {
        return Objects.requireNonNull(messages.get(name), () -> "the CRI has no message " + name);
    }

    EnumType enumeration(String name) {
        return Objects.requireNonNull(enums.get(name), () -> "the CRI has no enumeration " + name);
    }
}

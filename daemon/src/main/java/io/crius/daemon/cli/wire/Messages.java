package io.crius.daemon.cli.wire;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.util.function.Consumer;

/** Messages of the CRI to JSON and back. Making one reads the descriptors. */
public final class Messages {
    private static final String PACKAGE = ".runtime.v1.";

    private final Schema schema = Schema.load();

    /** The message as crictl prints it. */
    public JsonObject toJson(MessageLite message) {
        try {
            return new MessageReader(schema)
                    .read(schema.message(PACKAGE + message.getClass().getSimpleName()), message.toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException("a message of " + message.getClass() + " cannot be read", e);
        }
    }

    /**
     * A message from JSON as crictl takes it.
     *
     * @param name of the message in the proto, without its package
     * @param unknownKeys gets the path of each key that means nothing
     * @throws io.crius.model.CriusException.InvalidArgument for a value of the wrong type, with its path
     */
    public <T extends MessageLite> T parse(
            String name, JsonObject json, Parser<T> parser, Consumer<String> unknownKeys) {
        try {
            return parser.parseFrom(
                    new MessageWriter(schema, unknownKeys).write(schema.message(PACKAGE + name), json, ""));
        } catch (IOException e) {
            throw new IllegalStateException("a message " + name + " cannot be written", e);
        }
    }
}

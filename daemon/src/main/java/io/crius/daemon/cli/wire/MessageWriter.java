package io.crius.daemon.cli.wire;

import com.google.protobuf.CodedOutputStream;
import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonBool;
import io.crius.oci.json.JsonNull;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * JSON as the bytes of a message. Compat: what crictl takes: names of the proto or of JSON, enumerations by number or
 * name, numbers as such or as strings; bytes are written as text. A key that the message does not have is told to the
 * listener and left out.
 */
final class MessageWriter {
    private final Schema schema;
    private final Consumer<String> unknownKeys;

    MessageWriter(Schema schema, Consumer<String> unknownKeys) {
        this.schema = schema;
        this.unknownKeys = unknownKeys;
    }

    /**
     * @param path of the object in the document, for errors; empty for the whole
     * @throws CriusException.InvalidArgument for a value of another type, with its path
     */
    byte[] write(MessageType type, JsonObject object, String path) throws IOException {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (Map.Entry<String, JsonValue> entry : object.fields().entrySet()) {
            String at = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            Optional<Field> field = type.field(entry.getKey());
            if (field.isEmpty()) {
                unknownKeys.accept(at);
            } else if (!(entry.getValue() instanceof JsonNull)) {
                field(out, field.get(), entry.getValue(), at);
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    private void field(CodedOutputStream out, Field field, JsonValue value, String path) throws IOException {
        if (!field.repeated()) {
            single(out, field, value, path);
        } else if (isMap(field)) {
            map(out, field, value, path);
        } else if (value instanceof JsonArray(List<JsonValue> items)) {
            for (int i = 0; i < items.size(); i++) {
                single(out, field, items.get(i), path + "[" + i + "]");
            }
        } else {
            throw wrong(path, "a list", value);
        }
    }

    private boolean isMap(Field field) {
        return field.kind() == FieldKind.MESSAGE
                && schema.message(field.typeName()).mapEntry();
    }

    private void map(CodedOutputStream out, Field field, JsonValue value, String path) throws IOException {
        if (!(value instanceof JsonObject object)) {
            throw wrong(path, "an object", value);
        }
        for (Map.Entry<String, JsonValue> entry : object.fields().entrySet()) {
            JsonObject pair = JsonObject.builder()
                    .put("key", entry.getKey())
                    .put("value", entry.getValue())
                    .build();
            out.writeByteArray(field.number(), write(schema.message(field.typeName()), pair, path));
        }
    }

    private void single(CodedOutputStream out, Field field, JsonValue value, String path) throws IOException {
        int number = field.number();
        switch (field.kind()) {
            case STRING -> out.writeString(number, text(value, path));
            case BYTES -> out.writeByteArray(number, text(value, path).getBytes(StandardCharsets.UTF_8));
            case BOOL -> out.writeBool(number, bool(value, path));
            case INT32, UINT32 -> out.writeInt32(number, number(value, path).intValue());
            case INT64 -> out.writeInt64(number, number(value, path).longValue());
            case UINT64 -> out.writeUInt64(number, number(value, path).unsignedLongValue());
            case DOUBLE -> out.writeDouble(number, number(value, path).doubleValue());
            case ENUM -> out.writeEnum(number, enumeration(field, value, path));
            case MESSAGE -> out.writeByteArray(number, message(field, value, path));
        }
    }

    /** Compat: a number where the proto has one wrapped into a message is taken, {@code run_as_user: 1000}. */
    private byte[] message(Field field, JsonValue value, String path) throws IOException {
        MessageType type = schema.message(field.typeName());
        if (value instanceof JsonObject object) {
            return write(type, object, path);
        }
        if (value instanceof JsonNumber
                && type.fields().size() == 1
                && type.field("value").isPresent()) {
            return write(type, JsonObject.builder().put("value", value).build(), path);
        }
        throw wrong(path, "an object", value);
    }

    private int enumeration(Field field, JsonValue value, String path) {
        if (value instanceof JsonNumber number) {
            return number.intValue();
        }
        EnumType type = schema.enumeration(field.typeName());
        return type.number(text(value, path))
                .orElseThrow(() -> new CriusException.InvalidArgument(path + ": \"" + text(value, path)
                        + "\" is none of "
                        + String.join(
                                ", ", type.names().values().stream().sorted().toList())));
    }

    private static JsonNumber number(JsonValue value, String path) {
        try {
            return switch (value) {
                case JsonNumber number -> number;
                case JsonString(String text) -> new JsonNumber(new BigDecimal(text).toPlainString());
                default -> throw wrong(path, "a number", value);
            };
        } catch (NumberFormatException _) {
            throw wrong(path, "a number", value);
        }
    }

    private static boolean bool(JsonValue value, String path) {
        if (value instanceof JsonBool(boolean bool)) {
            return bool;
        }
        throw wrong(path, "true or false", value);
    }

    private static String text(JsonValue value, String path) {
        if (value instanceof JsonString(String text)) {
            return text;
        }
        throw wrong(path, "a string", value);
    }

    private static CriusException wrong(String path, String wanted, JsonValue value) {
        String found = switch (value) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "a list";
            case JsonString(String text) -> "\"" + text + "\"";
            case JsonNumber(String text) -> text;
            case JsonBool(boolean bool) -> Boolean.toString(bool);
            case JsonNull _ -> "null";
        };
        return new CriusException.InvalidArgument(path + ": " + wanted + " is needed, not " + found);
    }
}

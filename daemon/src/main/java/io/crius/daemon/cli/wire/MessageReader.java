package io.crius.daemon.cli.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonBool;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of a message as JSON.
 *
 * <p>Compat: as crictl prints it: names in lowerCamelCase and in the order of the proto, 64-bit numbers as strings,
 * enumerations by name, bytes in base64; what has its default is printed, messages and choices that are not set are not.
 */
final class MessageReader {
    private final Schema schema;

    MessageReader(Schema schema) {
        this.schema = schema;
    }

    JsonObject read(MessageType type, byte[] message) throws IOException {
        Map<Integer, List<JsonValue>> found = new HashMap<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            var field = type.field(number);
            if (field.isEmpty()) {
                in.skipField(tag);
                continue;
            }
            values(
                    field.get(),
                    WireFormat.getTagWireType(tag),
                    in,
                    found.computeIfAbsent(number, _ -> new ArrayList<>()));
        }
        JsonObject.Builder object = JsonObject.builder();
        for (Field field : type.fields()) {
            put(object, field, found.getOrDefault(field.number(), List.of()));
        }
        return object.build();
    }

    private void values(Field field, int wireType, CodedInputStream in, List<JsonValue> values) throws IOException {
        if (field.kind().isPackable() && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            int end = in.pushLimit(in.readRawVarint32());
            while (!in.isAtEnd()) {
                values.add(value(field, in));
            }
            in.popLimit(end);
        } else {
            values.add(value(field, in));
        }
    }

    private JsonValue value(Field field, CodedInputStream in) throws IOException {
        return switch (field.kind()) {
            case STRING -> new JsonString(in.readString());
            case BYTES -> new JsonString(Base64.getEncoder().encodeToString(in.readByteArray()));
            case BOOL -> new JsonBool(in.readBool());
            case INT32 -> JsonNumber.of(in.readInt32());
            case UINT32 -> JsonNumber.of(Integer.toUnsignedLong(in.readUInt32()));
            case INT64 -> new JsonString(Long.toString(in.readInt64()));
            case UINT64 -> new JsonString(Long.toUnsignedString(in.readUInt64()));
            case DOUBLE -> decimal(in.readDouble());
            case ENUM -> new JsonString(schema.enumeration(field.typeName()).name(in.readEnum()));
            case MESSAGE -> read(schema.message(field.typeName()), in.readByteArray());
        };
    }

    private static JsonValue decimal(double number) {
        return Double.isFinite(number) ? JsonNumber.of(number) : new JsonString(Double.toString(number));
    }

    private void put(JsonObject.Builder object, Field field, List<JsonValue> values) {
        boolean message = field.kind() == FieldKind.MESSAGE;
        if (field.repeated()) {
            boolean map = message && schema.message(field.typeName()).mapEntry();
            object.put(field.jsonName(), map ? map(values) : new JsonArray(values));
        } else if (!values.isEmpty()) {
            object.put(field.jsonName(), values.getLast());
        } else if (!message && !field.choice()) {
            object.put(field.jsonName(), unset(field));
        }
    }

    /** By key, so that two prints of the same thing are the same. */
    private static JsonObject map(List<JsonValue> entries) {
        JsonObject.Builder map = JsonObject.builder();
        entries.stream()
                .map(JsonObject.class::cast)
                .sorted((a, b) -> key(a).compareTo(key(b)))
                .forEach(entry -> map.put(key(entry), entry.get("value").orElse(JsonObject.EMPTY)));
        return map.build();
    }

    private static String key(JsonObject entry) {
        return entry.string("key").orElse("");
    }

    private JsonValue unset(Field field) {
        return switch (field.kind()) {
            case STRING, BYTES -> new JsonString("");
            case BOOL -> new JsonBool(false);
            case INT32, UINT32, DOUBLE -> JsonNumber.of(0);
            case INT64, UINT64 -> new JsonString("0");
            case ENUM -> new JsonString(schema.enumeration(field.typeName()).name(0));
            case MESSAGE -> JsonObject.EMPTY;
        };
    }
}

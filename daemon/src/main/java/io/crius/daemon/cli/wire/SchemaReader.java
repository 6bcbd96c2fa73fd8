package io.crius.daemon.cli.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a FileDescriptorSet; the numbers are those of descriptor.proto. */
final class SchemaReader {
    private static final int REPEATED = 3;

    private final Map<String, MessageType> messages = new HashMap<>();
    private final Map<String, EnumType> enums = new HashMap<>();

    private SchemaReader() {}

    static Schema read(byte[] fileDescriptorSet) throws IOException {
        var reader = new SchemaReader();
        each(fileDescriptorSet, (number, in) -> {
            if (number == 1) {
                reader.file(in.readByteArray());
                return true;
            }
            return false;
        });
        return new Schema(reader.messages, reader.enums);
    }

    private interface Taker {
        /** Reads the value of the field, or says that it does not know it. */
        boolean take(int number, CodedInputStream in) throws IOException;
    }

    private static void each(byte[] message, Taker taker) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!taker.take(WireFormat.getTagFieldNumber(tag), in)) {
                in.skipField(tag);
            }
        }
    }

    private void file(byte[] file) throws IOException {
        List<byte[]> types = new ArrayList<>();
        List<byte[]> enumerations = new ArrayList<>();
        var name = new StringBuilder(".");
        each(file, (number, in) -> {
            switch (number) {
                case 2 -> name.append(in.readString());
                case 4 -> types.add(in.readByteArray());
                case 5 -> enumerations.add(in.readByteArray());
                default -> {
                    return false;
                }
            }
            return true;
        });
        for (byte[] type : types) {
            message(name.toString(), type);
        }
        for (byte[] enumeration : enumerations) {
            enumeration(name.toString(), enumeration);
        }
    }

    private void message(String scope, byte[] descriptor) throws IOException {
        List<Field> fields = new ArrayList<>();
        List<byte[]> nested = new ArrayList<>();
        var name = new StringBuilder(scope).append('.');
        var mapEntry = new boolean[1];
        each(descriptor, (number, in) -> {
            switch (number) {
                case 1 -> name.append(in.readString());
                case 2 -> fields.add(field(in.readByteArray()));
                case 3 -> nested.add(in.readByteArray());
                case 7 -> mapEntry[0] = isMapEntry(in.readByteArray());
                default -> {
                    return false;
                }
            }
            return true;
        });
        messages.put(name.toString(), new MessageType(name.toString(), fields, mapEntry[0]));
        for (byte[] type : nested) {
            message(name.toString(), type);
        }
    }

    private static boolean isMapEntry(byte[] options) throws IOException {
        var is = new boolean[1];
        each(options, (number, in) -> {
            if (number == 7) {
                is[0] = in.readBool();
                return true;
            }
            return false;
        });
        return is[0];
    }

    private static Field field(byte[] descriptor) throws IOException {
        var texts = new HashMap<Integer, String>();
        var numbers = new HashMap<Integer, Integer>();
        each(descriptor, (number, in) -> {
            switch (number) {
                case 1, 6, 10 -> texts.put(number, in.readString());
                case 3, 4, 5, 9, 17 -> numbers.put(number, in.readInt32());
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new Field(
                numbers.getOrDefault(3, 0),
                texts.getOrDefault(1, ""),
                texts.getOrDefault(10, ""),
                FieldKind.of(numbers.getOrDefault(5, 0)),
                texts.getOrDefault(6, ""),
                numbers.getOrDefault(4, 0) == REPEATED,
                numbers.containsKey(9));
    }

    private void enumeration(String scope, byte[] descriptor) throws IOException {
        var name = new StringBuilder(scope).append('.');
        var names = new HashMap<Integer, String>();
        each(descriptor, (number, in) -> {
            switch (number) {
                case 1 -> name.append(in.readString());
                case 2 -> value(in.readByteArray(), names);
                default -> {
                    return false;
                }
            }
            return true;
        });
        enums.put(name.toString(), new EnumType(names));
    }

    private static void value(byte[] descriptor, Map<Integer, String> names) throws IOException {
        var name = new StringBuilder();
        var value = new int[1];
        each(descriptor, (number, in) -> {
            switch (number) {
                case 1 -> name.append(in.readString());
                case 2 -> value[0] = in.readInt32();
                default -> {
                    return false;
                }
            }
            return true;
        });
        names.putIfAbsent(value[0], name.toString());
    }
}

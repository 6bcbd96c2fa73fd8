package io.crius.cgroup.dbus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * A D-Bus message.
 *
 * @param kind 1 a call, 2 its return, 3 its error, 4 a signal
 * @param fields of the header that are texts, by their codes
 * @param replyTo the serial of the call that is answered; 0 for none
 */
record Message(int kind, long serial, Map<Integer, String> fields, long replyTo, ByteBuffer body) {
    static final int CALL = 1;
    static final int RETURN = 2;
    static final int ERROR = 3;
    static final int SIGNAL = 4;

    static final int PATH = 1;
    static final int INTERFACE = 2;
    static final int MEMBER = 3;
    static final int ERROR_NAME = 4;
    static final int REPLY_SERIAL = 5;
    static final int DESTINATION = 6;
    static final int SENDER = 7;
    static final int SIGNATURE = 8;
    static final int UNIX_FDS = 9;

    /** The part of the header that has the same length in all messages: up to the length of the array of fields. */
    static final int FIXED = 16;

    private static final int LARGEST = 1 << 20;

    Message {
        fields = Map.copyOf(fields);
    }

    String field(int code) {
        return fields.getOrDefault(code, "");
    }

    WireReader reader() {
        return new WireReader(body.duplicate().order(body.order()));
    }

    /** How many bytes follow the fixed part. */
    static int rest(ByteBuffer fixed) throws IOException {
        ByteBuffer header = fixed.duplicate().order(order(fixed));
        long body = header.getInt(4) & 0xffffffffL;
        long fields = header.getInt(12) & 0xffffffffL;
        long rest = (FIXED + fields + 7) / 8 * 8 - FIXED + body;
        if (rest > LARGEST) {
            throw new IOException("a D-Bus message of " + rest + " bytes is too large");
        }
        return (int) rest;
    }

    private static ByteOrder order(ByteBuffer message) throws IOException {
        return switch (message.get(0)) {
            case 'l' -> ByteOrder.LITTLE_ENDIAN;
            case 'B' -> ByteOrder.BIG_ENDIAN;
            default -> throw new IOException("not a D-Bus message");
        };
    }

    static Message parse(ByteBuffer whole) throws IOException {
        whole.order(order(whole));
        var fields = new HashMap<Integer, String>();
        long replyTo = 0;
        long fieldsEnd = FIXED + (whole.getInt(12) & 0xffffffffL);
        var reader = new WireReader(whole.duplicate().order(whole.order()).position(FIXED));
        while (reader.position() < fieldsEnd) {
            int code = reader.align(8).octet();
            String type = reader.signature();
            switch (type) {
                case "s", "o" -> fields.put(code, reader.string());
                case "g" -> fields.put(code, reader.signature());
                case "u" -> {
                    long value = reader.uint32();
                    replyTo = code == REPLY_SERIAL ? value : replyTo;
                }
                default -> throw new IOException("a D-Bus header with a field of type " + type);
            }
        }
        int bodyAt = (int) ((fieldsEnd + 7) / 8 * 8);
        ByteBuffer body = whole.duplicate().position(bodyAt).slice().order(whole.order());
        return new Message(whole.get(1), whole.getInt(8) & 0xffffffffL, fields, replyTo, body);
    }

    /** A message with texts in its header. {@code signature} is that of the body. */
    static byte[] write(
            int kind, long serial, Map<Integer, String> fields, long replyTo, String signature, byte[] body) {
        var header = new WireWriter()
                .octet('l')
                .octet(kind)
                .octet(0)
                .octet(1)
                .uint32(body.length)
                .uint32(serial)
                .array(8, out -> {
                    fields.forEach((code, text) -> out.align(8)
                            .octet(code)
                            .signature(code == PATH ? "o" : "s")
                            .string(text));
                    if (replyTo != 0) {
                        out.align(8).octet(REPLY_SERIAL).signature("u").uint32(replyTo);
                    }
                    if (!signature.isEmpty()) {
                        out.align(8).octet(SIGNATURE).signature("g").signature(signature);
                    }
                })
                .align(8);
        byte[] head = header.bytes();
        byte[] whole = new byte[head.length + body.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }
}

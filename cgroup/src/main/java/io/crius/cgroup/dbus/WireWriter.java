package io.crius.cgroup.dbus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** D-Bus values as bytes, little-endian. Spec: D-Bus, "Marshaling (Wire Format)". Not thread-safe. */
final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WireWriter align(int size) {
        while (out.size() % size != 0) {
            out.write(0);
        }
        return this;
    }

    WireWriter octet(int value) {
        out.write(value);
        return this;
    }

    WireWriter uint32(long value) {
        align(4);
        for (int shift = 0; shift < 32; shift += 8) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    /** A string or an object path. */
    WireWriter string(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        uint32(bytes.length);
        out.writeBytes(bytes);
        return octet(0);
    }

    WireWriter signature(String value) {
        octet(value.length());
        out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        return octet(0);
    }

    /** An array: its length does not count the padding before the first element. */
    WireWriter array(int elementAlignment, Consumer<WireWriter> elements) {
        uint32(0);
        int lengthAt = out.size() - 4;
        align(elementAlignment);
        int begin = out.size();
        elements.accept(this);
        return patch(lengthAt, out.size() - begin);
    }

    private WireWriter patch(int at, int value) {
        byte[] bytes = out.toByteArray();
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >>> (8 * i));
        }
        out.reset();
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}

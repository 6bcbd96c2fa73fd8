package io.crius.cgroup.dbus;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link WireWriter} writes, in either byte order. Not thread-safe. */
final class WireReader {
    private final ByteBuffer in;

    WireReader(ByteBuffer in) {
        this.in = in;
    }

    boolean isAtEnd() {
        return !in.hasRemaining();
    }

    int position() {
        return in.position();
    }

    WireReader align(int size) throws IOException {
        while (in.position() % size != 0) {
            octet();
        }
        return this;
    }

    int octet() throws IOException {
        try {
            return in.get() & 0xff;
        } catch (BufferUnderflowException e) {
            throw new IOException("a D-Bus message ends too early", e);
        }
    }

    long uint32() throws IOException {
        align(4);
        try {
            return in.getInt() & 0xffffffffL;
        } catch (BufferUnderflowException e) {
            throw new IOException("a D-Bus message ends too early", e);
        }
    }

    String string() throws IOException {
        return text(uint32());
    }

    String signature() throws IOException {
        return text(octet());
    }

    private String text(long length) throws IOException {
        if (length >= in.remaining()) {
            throw new IOException("a D-Bus message ends too early");
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        octet();
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
